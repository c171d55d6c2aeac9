// The two Activities of the talk: each asks the internet one question, so each may fail at any moment.
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { lookup, lookupFailure } from './support/lookup.ts';
import { isPlainText } from './support/plain-text.ts';

// #region activities
/** The public IP address of this machine, IPv4 or IPv6. */
export async function getIP(): Promise<string> {
  return ask('http://icanhazip.com', 'an IP address', IpAddress);
}

/** Where an IP address is: "City, Region, Country", as far as it is known. */
export async function getLocationInfo(ip: string): Promise<string> {
  const place = await ask(`http://ip-api.com/json/${ip}`, 'a location', Place);
  if (place.status === 'fail') throw noPlaceFor(ip, place.message);
  const names = new Set([place.city, place.regionName, place.country]);
  return [...names].filter(Boolean).join(', ');
}
// #endregion activities

// What the services promise: https://major.io/p/a-new-future-for-icanhazip/ and https://ip-api.com/docs/api:json
const IpAddress = z.union([z.ipv4(), z.ipv6()], 'is something else');
// Whoever runs the network may answer: a place name must not steer a terminal or reverse the text around it.
const Name = z
  .string('is not text')
  .trim()
  .max(100, 'is longer than 100 characters')
  .refine(isPlainText, 'has characters that are not text')
  .default('');
const Found = z.object({ status: z.literal('success'), city: Name, regionName: Name, country: Name });
const NotFound = z.object({ status: z.literal('fail'), message: Name });
const Json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('is not JSON');
    return z.NEVER;
  }
});
const Place = Json.pipe(
  z
    .discriminatedUnion('status', [Found, NotFound], 'is neither success nor fail')
    .refine(
      (place) => place.status === 'fail' || place.city || place.country,
      'names no city and no country',
    ),
);

/** Addresses that belong to no place on earth: asking again would not help. */
const HOPELESS = ['private range', 'reserved range', 'invalid query'];

function noPlaceFor(ip: string, reason: string): ApplicationFailure {
  const message = `ip-api.com has no location for ${ip}: ${reason || 'no reason given'}.`;
  return HOPELESS.includes(reason)
    ? ApplicationFailure.nonRetryable(message, 'NoLocation')
    : lookupFailure(message);
}

/** Asks one service, and validates its answer. */
async function ask<Answer>(url: string, wanted: string, schema: z.ZodType<Answer>): Promise<Answer> {
  const answer = schema.safeParse(await lookup(url, { wanted, ...thisActivity() }));
  if (answer.success) return answer.data;
  const [issue] = answer.error.issues;
  const complaint = `${issue?.path.join('.') || 'the answer'} ${issue?.message}`;
  throw lookupFailure(`${new URL(url).host} did not answer with ${wanted}: ${complaint}.`);
}

/** A lookup ends when its Activity is cancelled, and carries the Workflow's run id, a UUID, as its trace id. */
function thisActivity() {
  return {
    signal: cancellationSignal(),
    traceId: activityInfo().workflowExecution?.runId.replaceAll('-', ''),
  };
}
