// What the hosts have logged since they were brought up: errors, and which of them mean nothing.

/** A host writes one JSON object a line. */
interface Line {
  level?: string;
  msg?: string;
  error?: string;
}

/** The same error, however often it was logged. */
export interface LoggedError {
  host: string;
  message: string;
  count: number;
}

const SERIOUS = /^(error|dpanic|panic|fatal)$/;
/** No more different ones are kept: a host in trouble says the same with another number each time. */
const MOST = 200;

/**
 * What every start, and every kill of a neighbour or of a store, makes the hosts say: somebody did not answer, somebody else owns the shard now,
 * a row is there already, or it is told to leave.
 */
const KNOWN = [
  // A host or a store is not there.
  /connection (refused|reset|error|lost)|broken pipe|\bEOF\b|i\/o timeout|bad connection|transport is closing/i,
  /no usable database connection|elastic: .*(is dead|marked as dead|Service Unavailable)|the database system is|context (deadline exceeded|canceled)|not enough hosts|shutting down/i,
  // Somebody else owns the shard or the Task Queue now.
  /shard (status unknown|closed)|is owned by|ownership lost|range ID|invalid state transition request/i,
  // Two have done the same.
  /duplicate key|already exists|already started|failed to lock task queue/i,
];

/** Keeps the errors of the hosts. */
export function createErrorLog(): { read(host: string, line: string): void; unknown(): LoggedError[] } {
  const errors = new Map<string, LoggedError>();

  function read(host: string, line: string): void {
    const said = parse(line);
    if (!SERIOUS.test(said.level ?? '')) return;
    const message = wordsOf(said);
    if (KNOWN.some((known) => known.test(message))) return;
    const key = `${host} ${message}`;
    const same = errors.get(key);
    if (same) same.count += 1;
    else if (errors.size < MOST) errors.set(key, { host, message, count: 1 });
  }

  return { read, unknown: () => [...errors.values()] };
}

/** The last error among the lines, without its stack: "Failed to start gRPC listener: address already in use". */
export function lastErrorIn(lines: readonly string[]): string | undefined {
  const last = lines.map(parse).findLast(({ level = '' }) => SERIOUS.test(level));
  return last && wordsOf(last);
}

function wordsOf({ msg = '', error }: Line): string {
  return error ? `${msg}: ${error}` : msg;
}

/** Nothing for what is no JSON: the server's first words are plain text. */
function parse(line: string): Line {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
