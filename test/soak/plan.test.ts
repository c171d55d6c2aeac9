// Unit tests of what the seed decides: the same faults and names every time, all repaired in time, the network process spared.
import { describe, expect, it } from 'vitest';
import { readForm } from '../../hello-ip/web/form.ts';
import { greetingAt, planFaults, targetOf } from './plan.ts';

const LASTS = 120_000;
const SEEDS = Array.from({ length: 200 }, (_, index) => index * 7919);
const plans = SEEDS.map((seed) => planFaults(seed, LASTS, 'linux'));

describe('the faults', () => {
  it('are the same for the same seed, and different for another', () => {
    expect(planFaults(12345, LASTS)).toEqual(planFaults(12345, LASTS));
    expect(planFaults(12346, LASTS)).not.toEqual(planFaults(12345, LASTS));
  });

  it('are all repaired before calm, after 0.2 to 8 s', () => {
    for (const { at, until } of plans.flat()) {
      expect(until - at).toBeGreaterThanOrEqual(200);
      expect(until - at).toBeLessThanOrEqual(8000);
      expect(until).toBeLessThanOrEqual(LASTS);
    }
  });

  it('come one after another, at most three at once, and never two on the same target', () => {
    for (const plan of plans) {
      expect(plan.map(({ at }) => at)).toEqual(plan.map(({ at }) => at).sort((one, other) => one - other));
      for (const fault of plan) {
        const active = plan.filter(({ at, until }) => at <= fault.at && until >= fault.at);
        expect(active.length).toBeLessThanOrEqual(3);
        expect(new Set(active.map(targetOf)).size).toBe(active.length);
      }
    }
  });

  it('are of every kind in two minutes, and never hit the network process, which holds the counts', () => {
    const kinds = [
      ...['kill worker', 'kill server', 'kill app', 'freeze worker', 'freeze server', 'freeze app'],
      ...['cut network', 'cut network silently', 'break geolocation'],
    ].sort();
    for (const plan of plans) expect([...new Set(plan.map(({ kind }) => kind))].sort()).toEqual(kinds);
  });

  it('overlap: the server is killed while the Worker comes up, in every third plan of two minutes', () => {
    const doubles = plans.filter((plan) =>
      plan.some(
        ({ kind, at }) =>
          kind === 'kill server' &&
          plan.some((other) => other.kind === 'kill worker' && at >= other.until && at - other.until <= 1500),
      ),
    );
    expect(doubles.length).toBeGreaterThan(plans.length / 3);
  });

  it('leave out what Windows cannot do', () => {
    const kinds = SEEDS.flatMap((seed) => planFaults(seed, LASTS, 'win32')).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.startsWith('freeze'))).toEqual([]);
  });

  it('fit into the shortest soak', () => {
    for (const seed of SEEDS) {
      for (const { until } of planFaults(seed, 6000)) expect(until).toBeLessThanOrEqual(6000);
    }
  });
});

describe('the greetings', () => {
  const forms = Array.from({ length: 2000 }, (_, number) => greetingAt(12345, number));

  it('are the same for the same seed, and different for another', () => {
    expect(forms[77]).toEqual(greetingAt(12345, 77));
    expect(forms[77]).not.toEqual(greetingAt(12346, 77));
  });

  it('have names and tokens of their own', () => {
    expect(new Set(forms.map(({ name }) => name.trim())).size).toBe(forms.length);
    expect(new Set(forms.map(({ token }) => token)).size).toBe(forms.length);
  });

  it('are accepted by the form, as typed except for the spaces around the name', () => {
    for (const { name, seconds, token } of forms) {
      const { form, greeting } = readForm(new URLSearchParams({ name, seconds: String(seconds), token }));
      expect({ greeting, token: form.token }).toEqual({ greeting: { name: name.trim(), seconds }, token });
    }
    expect(new Set(forms.map(({ seconds }) => seconds)).size).toBe(11);
  });
});
