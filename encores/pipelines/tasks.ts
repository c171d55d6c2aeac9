// The types of tasks, one file each. To add one, write its file and name it here.

import { terminalFailure } from './pipeline.ts';
import type { TaskType } from './task-type.ts';
import { doWhile } from './tasks/do-while.ts';
import { forkJoin } from './tasks/fork-join.ts';
import { forkJoinDynamic } from './tasks/fork-join-dynamic.ts';
import { http } from './tasks/http.ts';
import { inline } from './tasks/inline.ts';
import { join } from './tasks/join.ts';
import { log } from './tasks/log.ts';
import { setVariable } from './tasks/set-variable.ts';
import { subWorkflow } from './tasks/sub-workflow.ts';
import { switchTask } from './tasks/switch.ts';
import { terminate } from './tasks/terminate.ts';
import { wait } from './tasks/wait.ts';

const TYPES: Record<string, TaskType> = {
  ...{ HTTP: http, LOG: log, INLINE: inline, SUB_WORKFLOW: subWorkflow },
  ...{ WAIT: wait, SET_VARIABLE: setVariable, TERMINATE: terminate },
  ...{ SWITCH: switchTask, DO_WHILE: doWhile },
  ...{ FORK_JOIN: forkJoin, FORK_JOIN_DYNAMIC: forkJoinDynamic, JOIN: join },
};

/** The names of the types. */
export const TYPE_NAMES = Object.keys(TYPES);

/** What a type does; undefined if there is none of that name. */
export function findType(name: string): TaskType | undefined {
  return Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
}

/** What a type does. @throws a TaskFailure when there is none: a dynamic fork may name any */
export function typeOf(name: string): TaskType {
  const type = findType(name);
  if (!type)
    throw terminalFailure(`There is no type of task "${name}". The types are ${TYPE_NAMES.join(', ')}.`);
  return type;
}
