// The demos of the talk as the deck shows them: what the room may guess, what is right, and the recorded greeting behind it.
import type { KeptGreeting } from '../stage/notes/histories.ts';
import bug from './histories/bug.json';
import networkCut from './histories/network-cut.json';
import serviceKill from './histories/service-kill.json';
import success from './histories/success.json';
import timer from './histories/timer.json';
import workerKill from './histories/worker-kill.json';

/** One demo; its key is the name of its drill. */
export interface Demo {
  label: string;
  /** What the room is asked. */
  question: string;
  guesses: [string, string, string];
  /** Which of them is right: 0, 1 or 2. */
  right: number;
  /** What it kills, cuts or breaks, as the score counts it. */
  kills?: string;
  /** The sentence to take home. */
  home?: string;
  greeting?: KeptGreeting;
}

export const DEMOS = {
  teaser: {
    label: 'teaser',
    question: 'Which number does the second one start with?',
    guesses: ['with one', 'with five', 'it never starts'],
    right: 1,
    kills: 'two counters',
    home: 'The program died. The execution did not.',
  },
  success: {
    label: 'demo 1',
    question: 'What is left behind?',
    guesses: ['a line in a log', 'a row in a table', 'each step’s result'],
    right: 2,
    home: 'The state is rebuilt from the Event History.',
    greeting: success as KeptGreeting,
  },
  timer: {
    label: 'demo 2',
    question: 'What does our process do meanwhile?',
    guesses: ['it waits', 'nothing', 'it polls a clock'],
    right: 1,
    home: 'While it sleeps, nothing of ours has to run.',
    greeting: timer as KeptGreeting,
  },
  'worker-kill': {
    label: 'demo 3',
    question: 'What happens to the greeting?',
    guesses: ['it is lost', 'we get an error', 'it resumes'],
    right: 2,
    kills: 'the Worker',
    home: 'Killing the process does not kill the work.',
    greeting: workerKill as KeptGreeting,
  },
  'service-kill': {
    label: 'demo 4',
    question: 'And now, what happens to it?',
    guesses: ['it carries on', 'now it is lost', 'it starts over'],
    right: 0,
    kills: 'the Temporal Service',
    home: 'The service can die, too. Guard the database.',
    greeting: serviceKill as KeptGreeting,
  },
  bug: {
    label: 'demo 5',
    question: 'A greeting reaches this line. And then?',
    guesses: ['this request is lost', 'it waits for the fix', 'we repair the data'],
    right: 1,
    kills: 'our own code',
    home: 'A failed attempt, no more. Deploy the fix.',
    greeting: bug as KeptGreeting,
  },
  'network-cut': {
    label: 'bonus',
    question: 'What will this app do now?',
    guesses: ['it takes longer', 'an error page', 'try again later'],
    right: 0,
    kills: 'the network',
    home: 'Somebody else’s outage is a delay.',
    greeting: networkCut as KeptGreeting,
  },
} satisfies Record<string, Demo>;

export type DemoName = keyof typeof DEMOS;

/** The demo of a drill. */
export function demoOf(drill: DemoName): Demo {
  return DEMOS[drill];
}
