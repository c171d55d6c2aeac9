// Signing in to a page that others can reach: one user, with a form for people and HTTP Basic for scripts.
import { randomBytes, randomInt, type ScryptOptions, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { promisify } from 'node:util';
import express, { type ErrorRequestHandler, type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { userError } from '../../../hello-ip/support/user-error.ts';
import { neverStored, refuseForeignPages } from '../../../hello-ip/web/guards.ts';
import {
  CLOCK,
  type Clock,
  createSessions,
  createTries,
  type Outcome,
  SESSION_MS,
} from '../../support/sessions.ts';

const SOMEBODY = 'presenter@localhost';
const SHORTEST_PASSWORD = 8;
/** Without vowels, so that no word ends up on the projector, and without what looks alike: 95 bits in five groups. */
const LETTERS = 'bcdfghjkmnpqrstvwxz23456789';
const HASH_BYTES = 32;
/** Node's default, 16 MiB: enough for a hash that is never stored, and a script may sign in for each request. */
const COST = 2 ** 14;
const FORM = { type: 'application/x-www-form-urlencoded', limit: '4kb' };
const WRONG = 'E-mail address or password is wrong. Try again.';
const UNREADABLE = 'That could not be read as this form. Fill it in here.';
/** A path on this site, and no address of another: browsers take "//" and "/\" for the beginning of a host. */
const LOCAL_PATH = /^\/(?!\/)[^\\\p{Cc}]{0,1000}$/u;

const hashed = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** The one who may sign in; the password is known by its hash alone. */
export interface User {
  email: string;
  passwordHash: { salt: Buffer; hash: Buffer; cost: number };
}

export interface SignInOptions extends Partial<Clock> {
  /** Names by which others reach the page through a forwarder. */
  publicNames?: string[];
}

interface Credentials {
  email: string;
  password: string;
}

/**
 * The user of ENCORE_USER and ENCORE_PASSWORD; what is missing is made up, and printed this once.
 * @throws a user error where ENCORE_USER is no e-mail address, or the password is too short
 */
export function readUser(env: NodeJS.ProcessEnv, print: (line: string) => void, cost = COST): User {
  const { ENCORE_USER, ENCORE_PASSWORD } = env;
  const email = ENCORE_USER?.trim() || SOMEBODY;
  const password = ENCORE_PASSWORD || makePassword();
  // What a browser takes for one in a field of that type.
  if (!z.regexes.html5Email.test(email))
    throw userError(`ENCORE_USER is not an e-mail address. Set one, for example ENCORE_USER=${SOMEBODY}`);
  if ([...password].length < SHORTEST_PASSWORD)
    throw userError(
      `ENCORE_PASSWORD is too short. Give it at least ${SHORTEST_PASSWORD} characters, or unset it to have one made up.`,
    );
  if (!ENCORE_PASSWORD)
    print(`Sign in as ${email} with the password ${password}. Or choose one: ENCORE_PASSWORD`);
  else if (email !== ENCORE_USER?.trim()) print(`Sign in as ${email} with your ENCORE_PASSWORD.`);
  const salt = randomBytes(16);
  // Not asynchronous this once: nobody is being served yet.
  const hash = scryptSync(password.normalize(), salt, HASH_BYTES, { cost });
  return { email, passwordHash: { salt, hash, cost } };
}

/**
 * Lets nobody past who has not signed in: `GET` and `POST /sign-in`, `POST /sign-out`, and for everything else a redirect
 * to the form for a page, or 401 as problem details (RFC 9457). Belongs before all routes that have anything to show.
 */
export function signIn(user: User, { publicNames = [], ...clock }: SignInOptions = {}): Router {
  const sessions = createSessions({ ...CLOCK, ...clock });
  const makeTry = createTries({ ...CLOCK, ...clock });
  const refuseForeign = refuseForeignPages(publicNames);
  const router = express.Router();
  router.use(neverStored);

  router.get('/sign-in', (request, response) => {
    showForm(response, 200, { next: localPath(request.query.next) });
  });

  router.post('/sign-in', refuseForeign, express.text(FORM), async (request, response) => {
    if (!request.body) return showForm(response, 415, { error: UNREADABLE });
    const { email = '', password = '', next } = Object.fromEntries(new URLSearchParams(request.body));
    const outcome = await tryOf(request, { email, password });
    if (outcome !== 'right') {
      const { status, detail } = refusalOf(outcome, response);
      return showForm(response, status, { email, next: localPath(next), error: detail });
    }
    response.cookie('session', sessions.open(), {
      httpOnly: true,
      sameSite: 'strict',
      // The venue's network has no certificate, and over http a browser drops a cookie that says Secure.
      secure: request.secure,
      maxAge: SESSION_MS,
    });
    response.redirect(303, localPath(next));
  });
  router.use('/sign-in', answerUnreadable);

  router.post('/sign-out', refuseForeign, (request, response) => {
    sessions.close(tokenOf(request));
    response.clearCookie('session').redirect(303, '/sign-in');
  });

  router.use(async (request, response, next) => {
    if (sessions.isOpen(tokenOf(request))) return next();
    const credentials = basicCredentials(request);
    if (!credentials && isPage(request))
      return response.redirect(303, `/sign-in?next=${encodeURIComponent(localPath(request.originalUrl))}`);
    const outcome = credentials && (await tryOf(request, credentials));
    if (outcome === 'right') return next();
    refuse(request, response, outcome);
  });
  return router;

  function tryOf({ ip = '' }: Request, credentials: Credentials): Promise<Outcome> {
    return makeTry(ip, () => isUser(user, credentials));
  }
}

/** Takes the same time for a wrong e-mail address as for a wrong password, so that neither can be found out alone. */
async function isUser({ email, passwordHash }: User, typed: Credentials): Promise<boolean> {
  const { salt, hash, cost } = passwordHash;
  const typedHash = await hashed(typed.password.normalize(), salt, HASH_BYTES, { cost });
  const isPassword = timingSafeEqual(typedHash, hash);
  return typed.email.trim().toLowerCase() === email.toLowerCase() && isPassword;
}

function refusalOf(outcome: Exclude<Outcome, 'right'>, response: Response) {
  if (outcome === 'wrong') return { status: 401, detail: WRONG };
  const { retryAfter } = outcome;
  response.set('Retry-After', String(retryAfter));
  return { status: 429, detail: `Too many have tried to sign in. Try again in ${retryAfter} s.` };
}

/** As problem details. @param outcome nothing where there was not even a try */
function refuse(request: Request, response: Response, outcome?: Exclude<Outcome, 'right'>): void {
  const nobody = 'You are not signed in. Open /sign-in, or send e-mail address and password as HTTP Basic.';
  const { status, detail } = outcome ? refusalOf(outcome, response) : { status: 401, detail: nobody };
  // All browsers call themselves Mozilla. To one, this header means to ask in a window of its own.
  const isBrowser = request.get('user-agent')?.startsWith('Mozilla/');
  if (status === 401 && !isBrowser) response.set('WWW-Authenticate', 'Basic realm="Encore", charset="UTF-8"');
  // Makes htmx leave the page for the form; others do not know it.
  if (request.get('hx-request')) response.set('HX-Redirect', '/sign-in');
  const title = STATUS_CODES[status];
  response
    .status(status)
    .type('application/problem+json')
    .json({ type: 'about:blank', title, status, detail });
}

/** Whether a person is to see the answer, and not a script, nor htmx for a part of its page. */
function isPage(request: Request): boolean {
  if (request.method !== 'GET' || request.get('hx-request')) return false;
  if (/^\/(api|health)(\/|$)/i.test(request.path)) return false;
  // In this order a script that takes anything gets the problem.
  return request.accepts('application/problem+json', 'html') === 'html';
}

function localPath(path: unknown): string {
  return typeof path === 'string' && LOCAL_PATH.test(path) ? path : '/';
}

function tokenOf({ headers }: Request): string {
  return headers.cookie?.match(/(?:^|; )session=([\w-]{43})(?:;|$)/)?.[1] ?? '';
}

function basicCredentials(request: Request): Credentials | undefined {
  const encoded = request.get('authorization')?.match(/^Basic ([\w+/=-]+)$/i)?.[1] ?? '';
  const decoded = Buffer.from(encoded, 'base64').toString();
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : { email: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function makePassword(): string {
  const letter = () => LETTERS.charAt(randomInt(LETTERS.length));
  return Array.from({ length: 5 }, () => Array.from({ length: 4 }, letter).join('')).join('-');
}

function showForm(
  response: Response,
  status: number,
  form: Partial<Record<'email' | 'next' | 'error', string>>,
) {
  response.status(status).render('sign-in', { email: '', next: '/', error: '', ...form });
}

const answerUnreadable: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent || !(error.status < 500)) return next(error);
  showForm(response, error.status, { error: UNREADABLE });
};
