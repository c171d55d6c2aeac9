// What the room has guessed: kept by the browser, so that the slide after a demo knows it, on every screen.
import { reactive } from 'vue';

const KEY = 'votes';
const votes = reactive<Record<string, number>>(read());

addEventListener('storage', () => Object.assign(votes, read()));

/** The number of the guess by the name of the drill. */
export function useVotes(): Record<string, number> {
  return votes;
}

/** Notes a guess, or takes it back if it is noted already. */
export function vote(drill: string, guess: number): void {
  votes[drill] = votes[drill] === guess ? -1 : guess;
  localStorage.setItem(KEY, JSON.stringify(votes));
}

/** A new talk begins. */
export function forgetVotes(): void {
  for (const drill of Object.keys(votes)) votes[drill] = -1;
  localStorage.removeItem(KEY);
}

function read(): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    return {};
  }
}
