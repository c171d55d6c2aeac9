// What a soak will do, all decided by the seed before it begins: which fault comes when, and who is greeted.
import type { ProcessName } from '../../stage/processes/names.ts';

/** The faults in the words of `npm run stage`, and what each of them hits. Never the network process: it counts. */
const TARGETS = {
  'kill worker': 'worker',
  'kill server': 'server',
  'kill app': 'app',
  'freeze worker': 'worker',
  'freeze server': 'server',
  'freeze app': 'app',
  'cut network': 'lookups',
  'cut network silently': 'lookups',
  'break geolocation': 'code',
} as const satisfies Record<string, Exclude<ProcessName, 'network'> | 'lookups' | 'code'>;

export type FaultKind = keyof typeof TARGETS;

/** One fault. Times are milliseconds since the first greeting. */
export interface Fault {
  kind: FaultKind;
  at: number;
  /** When it is repaired. */
  until: number;
}

/** One form as it is filled in; the name may have spaces around it that the app removes. */
export interface FilledIn {
  name: string;
  seconds: number;
  token: string;
}

const FIRST_AT = 1000;
const MAX_AT_ONCE = 3;
const SHORTEST = 200;
const LONGEST = 8000;
const MAX_GAP = 5000;
/** How often a kill comes while something just repaired is still coming up, and how soon. */
const DOUBLE_SHARE = 0.5;
const DOUBLE_WITHIN = 1500;
const MAX_SLEEP_SECONDS = 10;

/** The # becomes a different number in each greeting. */
const NAMES = [
  'Ziggy #',
  '  Ada   Lovelace #  ',
  `O'Brien "the #th"`,
  '<b>Bold #</b>',
  '&amp; &lt;#&gt; &#35;',
  '🦩 Flamingo 👩🏽‍🚀 #',
  'שלום עולם #',
  'مرحبا بك #',
  'Зоя Ünïcödé #',
  '100 % +#=%3Cb%3E / \\ ?',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a name
  '${name} {{#}} <%= # %>',
  `${'long '.repeat(18)}#`,
];

/** The faults of a soak of this many milliseconds, in order; all are repaired when it ends. */
export function planFaults(seed: number, lasts: number, platform: string = process.platform): Fault[] {
  const random = randomNumbers(seed);
  const between = (from: number, to: number) => Math.round(from + random() * (to - from));
  const kinds = (Object.keys(TARGETS) as FaultKind[]).filter(
    (kind) => platform !== 'win32' || !kind.startsWith('freeze'), // Windows cannot freeze a process
  );
  const faults: Fault[] = [];
  for (let at = FIRST_AT; at + SHORTEST <= lasts; at += between(SHORTEST, MAX_GAP)) {
    const nextMend = Math.min(...faults.map(({ until }) => until).filter((until) => until > at));
    const isDouble = random() < DOUBLE_SHARE && nextMend + DOUBLE_WITHIN + SHORTEST <= lasts;
    if (isDouble) at = nextMend + between(0, DOUBLE_WITHIN);
    const active = faults.filter(({ until }) => until >= at);
    const free = kinds.filter(
      (kind) =>
        (!isDouble || kind.startsWith('kill')) && !active.some((fault) => targetOf(fault) === TARGETS[kind]),
    );
    // One of those that came least often, so that two minutes include all kinds.
    const timesOf = (kind: FaultKind) => faults.filter((fault) => fault.kind === kind).length;
    const rare = free.filter((kind) => timesOf(kind) === Math.min(...free.map(timesOf)));
    const kind = rare[Math.floor(random() * rare.length)];
    // Squared: more short ones than long ones, or nothing would ever get done in between.
    const until = Math.min(at + Math.round(SHORTEST + random() ** 2 * (LONGEST - SHORTEST)), lasts);
    if (kind && active.length < MAX_AT_ONCE) faults.push({ kind, at, until });
  }
  return faults;
}

/** What a fault hits; two faults at once never hit the same. */
export function targetOf({ kind }: Fault): (typeof TARGETS)[FaultKind] {
  return TARGETS[kind];
}

/** The form of the greeting with this number; no two have the same name. */
export function greetingAt(seed: number, number: number): FilledIn {
  const random = randomNumbers(seed ^ Math.imul(number + 1, 0x9e3779b1));
  const pattern = NAMES[number % NAMES.length] as string;
  const half = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return {
    name: pattern.replaceAll('#', String(number)),
    seconds: Math.floor(random() * (MAX_SLEEP_SECONDS + 1)),
    token: half() + half(),
  };
}

/** Numbers from 0 to below 1, always the same ones for the same seed (mulberry32, in the public domain). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
