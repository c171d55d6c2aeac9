// What the doctor says of the room, of each network and each door.
import { describe, expect, it } from 'vitest';
import { judgeAddresses, judgeDoor } from './room.ts';

const wifi = { address: '192.168.7.20', card: 'wlan0' };

describe('the addresses', () => {
  it.each([
    [[], 'problem', 'This machine has no address that a phone could reach.'],
    [[wifi], 'ok', 'Phones will join at http://192.168.7.20:8000/join (wlan0).'],
    [[wifi, { address: '10.0.0.5', card: 'eth0' }], 'ok', 'there are also 10.0.0.5 (eth0).'],
  ])('%j: %s', (addresses, state, fact) => {
    const finding = judgeAddresses(addresses, 8000);
    expect([finding.state, finding.fact]).toEqual([state, expect.stringContaining(fact)]);
  });

  it('name the command for another one', () => {
    const finding = judgeAddresses([wifi, { address: '10.0.0.5', card: 'eth0' }], 8000);
    expect(finding.mend).toBe('Another one: npm run stage open room 10.0.0.5');
  });
});

describe('the door', () => {
  const door = { open: false, address: '192.168.7.20', port: 8000, answers: false };

  it.each([
    [{}, 'ok', 'The room is closed.'],
    [{ open: true, answers: true }, 'ok', 'http://192.168.7.20:8000/join answers.'],
    [{ open: true }, 'problem', 'does not answer.'],
    [{ trouble: 'EADDRINUSE' }, 'problem', 'cannot listen on 192.168.7.20:8000 (EADDRINUSE).'],
  ])('%j: %s', (facts, state, fact) => {
    const finding = judgeDoor({ ...door, ...facts });
    expect([finding?.state, finding?.fact]).toEqual([state, expect.stringContaining(fact)]);
  });

  it('has nothing to say where there is no address', () => {
    expect(judgeDoor({ ...door, address: undefined })).toBeUndefined();
  });
});
