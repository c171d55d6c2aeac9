// What every request has to pass before a route sees it.
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { isOwnHost } from './hosts.ts';
import { isPublicName } from './public-names.ts';

export const securityHeaders = helmet({
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      fontSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      // Safari would turn every http link on localhost into https, and find nothing there.
      upgradeInsecureRequests: null,
    },
  },
  strictTransportSecurity: false,
  // With the default, no-referrer, our own form would send Origin: null, as a foreign one does.
  referrerPolicy: { policy: 'same-origin' },
});

/** Back shows a fresh form, and a page is never older than its greeting. */
export const neverStored: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

/** A foreign Host is a foreign site whose name was made to point at this machine (DNS rebinding). */
export function refuseForeignHosts(listensOn: string, publicNames: string[]): RequestHandler {
  return (request, response, next) => {
    const { host } = request.headers;
    if (isOwnHost(host, listensOn) || isPublicName(host, publicNames)) return next();
    response
      .status(421)
      .type('text')
      .send('This app does not answer for that host. Open it as http://localhost and its port.\n');
  };
}

/** A page from another site must not start greetings on behalf of whoever is viewing it. */
export function refuseForeignPages(publicNames: string[]): RequestHandler {
  return (request, response, next) => {
    const { origin, host } = request.headers;
    const ours = [host];
    // A forwarder such as GitHub Codespaces keeps the public Host, and names the port that it forwards to as Origin.
    if (isPublicName(host, publicNames)) ours.push(`localhost:${request.socket.localPort}`);
    if (!origin || ours.some((name) => origin === `http://${name}` || origin === `https://${name}`))
      return next();
    response.status(403).render('message', {
      headline: 'That form is not ours',
      line: "Press Reset and use this app's form.",
    });
  };
}
