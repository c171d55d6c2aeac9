// Questions to a process over its IPC channel. One that is not answered in time is withdrawn: it never takes effect.
import type { ChildProcess } from 'node:child_process';
import pTimeout from 'p-timeout';

/** A question on its way; it is ignored if it arrives after `before` (milliseconds since 1970). */
export interface Question {
  id: number;
  before: number;
  asked: unknown;
}

/** The answer to the question with this id. */
export interface Reply {
  id: number;
  answer: unknown;
}

/** Asks a process; resolves with its answer, or with undefined if none comes within `withinMs`. */
export type Ask = (asked: object, withinMs: number) => Promise<{ answer: unknown } | undefined>;

/** A way to ask this child, even several things at once. */
export function createAsk(child: ChildProcess): Ask {
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply));

  return (asked, withinMs) => {
    last += 1;
    const question: Question = { id: last, before: Date.now() + withinMs, asked };
    const reply = new Promise<Reply>((resolve) => waiting.set(question.id, resolve));
    // One that cannot be sent is not answered either: the process is about to exit.
    child.send(question, () => {});
    const withdraw = () => waiting.delete(question.id);
    return pTimeout(reply, { milliseconds: withinMs, message: false }).finally(withdraw);
  };
}

/** Lets this process answer what its parent asks. */
export function answerParent<Asked>(answer: (asked: Asked) => unknown): void {
  process.on('message', ({ id, before, asked }: Question) => {
    if (Date.now() > before) return;
    process.send?.({ id, answer: answer(asked as Asked) } satisfies Reply);
  });
}
