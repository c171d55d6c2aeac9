// The doctor as it is run before a talk: with everything in reach, with nothing, and with what would spoil the talk.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { venueAnswer } from '../../stage/network/venue.ts';
import { cleanUp, copyOfClone, newFolder, type RunOptions, run, startStage } from '../support/harness.ts';

const WITHIN_MS = 5000;

afterEach(cleanUp);

/** What it said, how it ended and after how long. */
async function doctor(words: string[], options: RunOptions) {
  const begun = performance.now();
  const program = await run('stage/commands/stage.ts', ['doctor', ...words], options);
  const { code } = await program.ended();
  return { said: program.output(), code, ms: performance.now() - begun };
}

/** An internet behind a proxy, for the lookups. */
async function internet(answer: RequestListener): Promise<NodeJS.ProcessEnv> {
  const proxy = createServer(answer).listen(0, '127.0.0.1');
  proxy.on('connect', () => {}); // taken, and never answered
  await new Promise((resolve) => proxy.once('listening', resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return { http_proxy: url, https_proxy: url, HTTP_PROXY: url, HTTPS_PROXY: url, no_proxy: '', NO_PROXY: '' };
}

const lookups = (date?: Date) =>
  internet((request, response) => {
    const { body, type } = venueAnswer(new URL(request.url ?? ''), '') ?? {};
    response.writeHead(200, { date: (date ?? new Date()).toUTCString(), 'content-type': type }).end(body);
  });

it('is done within 5 s with nothing in reach, and a CLI that does not answer', async () => {
  const cli = join(newFolder(), 'temporal');
  writeFileSync(cli, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
  const env = { ...(await internet(() => {})), TEMPORAL_CLI: cli };
  const { said, ms } = await doctor([], { env });
  expect(ms).toBeLessThan(WITHIN_MS);
  expect(said).toContain(
    '✔ ok       The lookup services are out of reach, so npm start will use venue mode.',
  );
  expect(said).toContain('‖ warning  The check "temporal-cli" could not be completed: no answer within 3 s.');
  expect(said).not.toMatch(/clock|^ +at /m);
});

it('is content with everything in reach, also as JSON and nothing else', async () => {
  const env = await lookups();
  const { said, code, ms } = await doctor([], { env });
  expect({ said, code }).toMatchObject({ code: 0 });
  expect(ms).toBeLessThan(WITHIN_MS);
  expect(said).toContain('✔ ok       icanhazip.com and ip-api.com answer.');
  expect(said).toContain('✔ ok       The clock agrees with icanhazip.com.');
  expect(said.match(/^✔ ok {7}Port \d+ is free for/gm)).toHaveLength(5);

  const json = JSON.parse((await doctor(['json'], { env: await lookups(new Date(0)) })).said);
  expect(json).toMatchObject({ ok: true, checks: expect.any(Array) });
  expect(json.checks).toContainEqual({
    name: 'clock',
    state: 'warning',
    fact: expect.stringMatching(/^The clock is \d+ s ahead of/),
    mend: expect.any(String),
  });
});

it('knows the ports and the Web UI of a stage that is up, and what it leaves behind; one that is suspended: suspended.long', async () => {
  const stage = await startStage();
  const env = await internet((_request, response) => response.destroy());
  const { folder, ports } = stage;
  const up = await doctor([], { folder, ports, env });
  expect(up).toMatchObject({ code: 0 });
  expect(up.said.match(/^✔ ok {7}Port \d+ is in use as intended/gm)).toHaveLength(5);
  expect(up.said).toContain('✔ ok       The stage is up, with everything that belongs to it.');
  expect(up.said).toContain(`✔ ok       The Temporal Web UI answers: http://127.0.0.1:${ports.UI_PORT}`);
  expect(up.said).toContain('✔ ok       The clock agrees with the Temporal Service.');
  expect(up.said).toContain('✔ ok       The stage is in venue mode');

  const server = stage.pidOf('server');
  await stage.leave('SIGKILL');
  const after = await doctor([], { folder, ports, env });
  expect(after).toMatchObject({ code: 0 });
  expect(after.said).toMatch(
    new RegExp(`^‖ warning {2}An earlier stage has left behind: .*server \\(pid ${server}\\)`, 'm'),
  );
});

it('names what would spoil the talk, and ends with exit code 1', async () => {
  const root = copyOfClone();
  const file = join(root, 'hello-ip', 'activities.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace('`http://ip-api', '`ttp://ip-api'));
  const env = {
    ...(await internet((_request, response) => response.destroy())),
    APP_PORT: '70000',
    TEMPORAL_CLI: '/nowhere/temporal',
  };
  const { said, code } = await doctor([], { root, env });
  expect(code).toBe(1);
  expect(said).toMatch(/^✘ problem {2}The bug is in .* npm run stage fix geolocation$/m);
  expect(said).toMatch(/^✘ problem {2}APP_PORT is "70000", which is not a port\. Set it to/m);
  expect(said).toMatch(/^✘ problem {2}TEMPORAL_CLI is "\/nowhere\/temporal", which is not there\./m);
  expect(said.match(/^✘ problem/gm)).toHaveLength(3);
  expect(said).toMatch(/\n3 problems would spoil the talk\. Fix them and run again: npm run stage doctor\n$/);
  expect((await doctor(['xml'], { root, env })).said).toBe(
    'The doctor does not know "xml". Run: npm run stage doctor, with room, json, or both after it\n',
  );
});
