// The running order of the notes as a clock: when which demo begins, and whether the presenter is early or late.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SLOTS, type Slot } from '../notes/slots.ts';
import { ROOT } from '../settings.ts';

const README = join(ROOT, 'presenter-notes', 'README.md');
const ROW = /^\| (?:\[.*?\]\((\d)-[a-z-]+\.md\)|[^|]*?) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$/;

/** A demo of the slot: its number, and the minutes from the start of the talk at which it begins and ends. */
export interface Planned {
  demo: number;
  begins: number;
  ends: number;
}

/** The demos that the slot has, in order. */
export function readSchedule(slot: Slot, notes = readFileSync(README, 'utf8')): Planned[] {
  const [, order = ''] = notes.split('## Running order');
  let at = 0;
  const planned: Planned[] = [];
  for (const line of order.split('\n')) {
    const [, demo, ...minutes] = ROW.exec(line) ?? [];
    const lasts = Number(minutes[SLOTS.indexOf(slot)] ?? 0);
    if (demo !== undefined && lasts > 0) planned.push({ demo: Number(demo), begins: at, ends: at + lasts });
    if (line.startsWith('| sum ')) break;
    at += lasts;
  }
  return planned;
}

/** Where the presenter should be, in minutes from the start of the talk. */
export interface Pace {
  /** The demo to be at next, and when; none after the last. */
  next?: Planned;
  /** How many whole minutes there are to spare until then; negative if the presenter is late. */
  early: number;
}

/**
 * @param demo the number of the demo that is walked, undefined for an encore
 * @param part how much of it is done, from 0 to 1
 */
export function paceOf(schedule: Planned[], demo: number | undefined, part: number, minutes: number): Pace {
  const now = schedule.find((planned) => planned.demo === demo);
  const next = part > 0 ? schedule.find((planned) => planned.begins > (now?.begins ?? 0)) : now;
  const isIn = now && part > 0;
  const due = isIn ? now.begins + part * (now.ends - now.begins) : (next?.begins ?? 0);
  return { next, early: Math.round(due - minutes) };
}
