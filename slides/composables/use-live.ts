// What the running stage tells the deck: asked only while a slide that shows it is open, and never in print or in the audience's copy.
import { onSlideEnter, onSlideLeave, useIsSlideActive, useNav } from '@slidev/client';
import { onUnmounted, type Ref, ref } from 'vue';
import type { Live } from '../../stage/control/live.ts';

/** Answered by the deck's own server while it is presented, with null while no stage is up; see vite.config.ts. */
const LIVE = '/live.json';
const LOOK_EVERY_MS = 500;

const live = ref<Live>();
let open = 0;
const score = ref<Live['score']>();
const PATIENCE_MS = 3000;
let timer: ReturnType<typeof setInterval> | undefined;
let isLooking = false;

async function look(): Promise<void> {
  if (isLooking) return;
  isLooking = true;
  try {
    const answer = await fetch(LIVE, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const now: Live | null = await answer.json();
    if (open > 0) live.value = now ?? undefined;
    score.value = now?.score ?? score.value;
  } catch {
    live.value = undefined;
  } finally {
    isLooking = false;
  }
}

function begin(): void {
  open += 1;
  if (timer) return;
  void look();
  timer = setInterval(look, LOOK_EVERY_MS);
}

function end(): void {
  open -= 1;
  if (open > 0) return;
  clearInterval(timer);
  timer = undefined;
  // What is shown next must be new: an old greeting is not the demo that begins.
  live.value = undefined;
}

/** What the stage says while this slide is shown; undefined while no stage is up. */
export function useLive(): Ref<Live | undefined> {
  const { isPrintMode } = useNav();
  if (!import.meta.env.VITE_LIVE || isPrintMode.value) return ref();
  let isOpen = false;
  const enter = () => {
    if (!isOpen) begin();
    isOpen = true;
  };
  const leave = () => {
    if (isOpen) end();
    isOpen = false;
  };
  if (useIsSlideActive().value) enter();
  onSlideEnter(enter);
  onSlideLeave(leave);
  onUnmounted(leave);
  return live;
}

/** The score of this session. */
export function useScore(): Ref<Live['score'] | undefined> {
  return score;
}
