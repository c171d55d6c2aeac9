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
  /no usable database connection|elastic: .*(is dead|marked as dead|Service Unavailable|active connection)|the database system is|context (deadline exceeded|canceled)|not enough hosts|shutting down/i,
  // Somebody else owns the shard or the Task Queue now.
  /shard (status unknown|closed)|is owned by|ownership lost|range ID|invalid state transition request/i,
  // Two have done the same.
  /duplicate key|already (exists|started|been committed or rolled back)|failed to lock task queue/i,
];

/** For so long after something was killed, frozen or started, errors are its consequence: time-outs take that long. */
const UNREST_MS = 30_000;

export interface ErrorLog {
  read(host: string, line: string): void;
  /** Something was done to a process on purpose. */
  disturbed(): void;
  unknown(): LoggedError[];
}

/** Keeps the errors of the hosts, but not those just after they were brought up or something was done to one of them. */
export function createErrorLog(now: () => number = Date.now): ErrorLog {
  const errors = new Map<string, LoggedError>();
  let quietFrom = now() + UNREST_MS;

  function read(host: string, line: string): void {
    const said = parse(line);
    if (now() < quietFrom) return;
    if (!SERIOUS.test(said.level ?? '')) return;
    const message = wordsOf(said);
    if (KNOWN.some((known) => known.test(message))) return;
    const key = `${host} ${message}`;
    const same = errors.get(key);
    if (same) same.count += 1;
    else if (errors.size < MOST) errors.set(key, { host, message, count: 1 });
  }

  const disturbed = () => {
    quietFrom = now() + UNREST_MS;
  };
  return { read, disturbed, unknown: () => [...errors.values()] };
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
