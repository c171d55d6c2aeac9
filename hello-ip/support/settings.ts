// Where things listen: one environment variable for each port.
import { userError } from './user-error.ts';

const HIGHEST_PORT = 65_535;

/**
 * The port that an environment variable names, or the fallback if it is not set.
 * @throws a user error when the variable holds anything but a port.
 */
export function readPort(variable: string, fallback: number, env: NodeJS.ProcessEnv = process.env): number {
  const text = env[variable]?.trim();
  if (!text) return fallback;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= HIGHEST_PORT) return port;
  throw userError(
    `${variable} is "${text}", which is not a port. Set it to a whole number from 1 to ${HIGHEST_PORT}, or unset it for ${fallback}.`,
  );
}
