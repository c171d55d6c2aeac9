// The dev container follows its specification, and forwards the ports and names that the app answers to.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { isPublicName, readPublicNames } from '../hello-ip/web/public-names.ts';
import { webUiAddress } from '../hello-ip/web/web-ui.ts';
import { ROOT, readPorts } from '../stage/settings.ts';

const onAutoForward = z.enum(['notify', 'openBrowser', 'openBrowserOnce', 'openPreview', 'silent', 'ignore']);

/** The properties that we use, as schemas/devContainer.base.schema.json of github.com/devcontainers/spec has them. */
const schema = z.strictObject({
  name: z.string(),
  image: z.string(),
  hostRequirements: z.strictObject({
    cpus: z.int().min(1),
    memory: z.string().regex(/^\d+([tgmk]b)?$/),
  }),
  postCreateCommand: z.string(),
  forwardPorts: z.array(z.int().min(0).max(65_535)),
  portsAttributes: z.record(z.string().regex(/^\d+$/), z.strictObject({ label: z.string(), onAutoForward })),
  otherPortsAttributes: z.strictObject({ onAutoForward: onAutoForward.exclude(['openBrowserOnce']) }),
  remoteEnv: z.record(z.string(), z.string().nullable()),
});

const text = readFileSync(join(ROOT, '.devcontainer', 'devcontainer.json'), 'utf8');
const read = () => schema.parse(JSON.parse(text.replaceAll(`\${localEnv:CODESPACE_NAME}`, 'ziggy-4f2a')));

it('follows the specification', () => {
  expect(read).not.toThrow();
});

it('forwards the app and the Web UI by name, and no port that takes orders', () => {
  const { app, ui } = readPorts({});
  const { forwardPorts, portsAttributes, otherPortsAttributes } = read();
  expect(forwardPorts).toEqual([app, ui]);
  expect(Object.keys(portsAttributes).map(Number)).toEqual([app, ui]);
  expect(otherPortsAttributes.onAutoForward).toBe('ignore');
});

it('lets the app be called by the name of its codespace, and links to its Web UI', () => {
  const { app, ui } = readPorts({});
  const { remoteEnv } = read();
  const env = remoteEnv as Record<string, string>;
  const named = (host: string) => isPublicName(host, readPublicNames(env));
  expect(named(`ziggy-4f2a-${app}.app.github.dev`)).toBe(true);
  expect(named(`another-${app}.app.github.dev`)).toBe(false);
  expect(webUiAddress('127.0.0.1:7233', env)).toBe(`https://ziggy-4f2a-${ui}.app.github.dev`);
});
