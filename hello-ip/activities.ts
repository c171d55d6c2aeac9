// The two Activities of the talk: each asks the internet one question, so each may fail at any moment.
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { lookup, lookupFailure } from './lookup.ts';

// #region activities
/** The public IP address of this machine, IPv4 or IPv6. */
export async function getIP(): Promise<string> {
  const answer = await lookup('http://icanhazip.com', { wanted: 'an IP address', ...thisActivity() });
  return check(IpAddress, answer, 'icanhazip.com did not answer with an IP address');
}

/** Where an IP address is: "City, Region, Country", or what is known of it. */
export async function getLocationInfo(ip: string): Promise<string> {
  const answer = await lookup(`http://ip-api.com/json/${ip}`, { wanted: 'a location', ...thisActivity() });
  const place = check(Place, parseJson(answer), 'ip-api.com did not answer with a location');
  if (place.status === 'fail') throw noPlaceFor(ip, place.message);
  return [place.city, place.regionName, place.country].filter(Boolean).join(', ');
}
// #endregion activities

// What the services promise: https://major.io/p/a-new-future-for-icanhazip/ and https://ip-api.com/docs/api:json
const IpAddress = z.union([z.ipv4(), z.ipv6()], 'is something else');
const Name = z.string('is not text').trim().max(100, 'is longer than 100 characters').default('');
const Found = z.object({ status: z.literal('success'), city: Name, regionName: Name, country: Name });
const NotFound = z.object({ status: z.literal('fail'), message: Name });
const Place = z
  .discriminatedUnion('status', [Found, NotFound], 'is neither success nor fail')
  .refine((place) => place.status === 'fail' || place.city || place.country, 'names no city and no country');

/** Addresses that belong to no place on earth: to ask again would not help. */
const HOPELESS = ['private range', 'reserved range', 'invalid query'];

function noPlaceFor(ip: string, reason: string): ApplicationFailure {
  const message = `ip-api.com has no location for ${ip}: ${reason || 'no reason given'}.`;
  return HOPELESS.includes(reason)
    ? ApplicationFailure.nonRetryable(message, 'NoLocation')
    : lookupFailure(message);
}

function check<Answer>(schema: z.ZodType<Answer>, answer: unknown, complaint: string): Answer {
  const checked = schema.safeParse(answer);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw lookupFailure(`${complaint}: ${issue?.path.join('.') || 'it'} ${issue?.message}.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw lookupFailure('ip-api.com did not answer with a location: it is not JSON.');
  }
}

/** A lookup ends when its Activity is cancelled, and carries the Workflow's run id, a UUID, as its trace id. */
function thisActivity() {
  return {
    signal: cancellationSignal(),
    traceId: activityInfo().workflowExecution?.runId.replaceAll('-', ''),
  };
}
