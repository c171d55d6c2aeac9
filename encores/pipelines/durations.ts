// How long a WAIT takes: "2 days 3h 10m20s", or until "2026-12-24 18:00 CET".

const UNITS: [RegExp, number][] = [
  [/^(\d+)\s*d(?:ays?)?(?![a-z])/i, 86_400],
  [/^(\d+)\s*h(?:ours?|rs?)?(?![a-z])/i, 3600],
  [/^(\d+)\s*m(?:in(?:ute)?s?)?(?![a-z])/i, 60],
  [/^(\d+)\s*s(?:ec(?:ond)?s?)?(?![a-z])/i, 1],
];

/** Milliseconds; undefined if it is not a duration. A number alone is not one: in Conductor, too, it needs a unit. */
export function readDuration(text: string): number | undefined {
  let rest = text.trim();
  if (rest === '') return undefined;
  let seconds = 0;
  for (const [unit, length] of UNITS) {
    const found = unit.exec(rest);
    if (!found) continue;
    seconds += Number(found[1]) * length;
    rest = rest.slice(found[0].length).trim();
  }
  return rest === '' ? seconds * 1000 : undefined;
}

/** Milliseconds since 1970; undefined if it is not a time. Without a zone it is in UTC, wherever the Worker runs. */
export function readTime(text: string): number | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2})(?: (\S+))?)?$/.exec(text.trim());
  if (!found) return undefined;
  const [, date, time = '00:00', zone = 'UTC'] = found;
  const utc = Date.parse(`${date}T${time}:00Z`);
  const offset = offsetOf(zone);
  return Number.isNaN(utc) || offset === undefined ? undefined : utc - offset;
}

/** Those that people write, in hours; summer time is its own name, so that a replay never asks a calendar. */
const ZONES: Record<string, number> = {
  ...{ UTC: 0, GMT: 0, Z: 0, WET: 0, WEST: 1, BST: 1, CET: 1, CEST: 2, EET: 2, EEST: 3, IST: 5.5, JST: 9 },
  ...{ EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7 },
};

function offsetOf(zone: string): number | undefined {
  const hours = ZONES[zone];
  if (hours !== undefined) return hours * 3_600_000;
  const found = /^(?:GMT|UTC)?([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!found) return undefined;
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000;
}
