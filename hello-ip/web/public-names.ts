// The public names by which a forwarder reaches the app, besides this machine's own.
import { userError } from '../support/user-error.ts';

const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/;
const HOSTS_BELOW = /^(\.[a-z0-9-]+){2,}$/; // at least two parts: .org would be everybody

/**
 * The public names in APP_NAMES, separated by commas, in lower case and without a port: "talk.example.org" is one host,
 * ".example.org" is every host below it. None if it is not set.
 * @throws a user error for anything that is not a host name
 */
export function readPublicNames(env: NodeJS.ProcessEnv = process.env): string[] {
  const names = (env.APP_NAMES ?? '').split(',').map((name) => name.trim().toLowerCase());
  return names.filter(Boolean).map((name) => {
    if (HOST.test(name) || HOSTS_BELOW.test(name)) return name;
    throw userError(
      `APP_NAMES has "${name}", which is not a host name. Give names without http:// or a port, for example talk.example.org,.app.github.dev`,
    );
  });
}

/** Whether a Host header is one of the names, or below one that begins with a dot. */
export function isPublicName(header: string | undefined, names: readonly string[]): boolean {
  const host = (header ?? '').replace(/:\d+$/, '').toLowerCase();
  return names.some((name) => host === name || (name.startsWith('.') && host.endsWith(name)));
}
