// What `npm start` and `npm run server` refuse, in one clear message, with nothing spawned and nothing left.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  cleanUp,
  freePorts,
  leftOf,
  newFolder,
  processesOf,
  type RunOptions,
  run,
} from '../support/harness.ts';

afterAll(cleanUp);

/** What it said, once it has ended with exit code 1 and has left nothing. */
async function refusal(file: string, words: string[], options: RunOptions = {}): Promise<string> {
  const program = await run(file, words, options);
  expect((await program.ended()).code).toBe(1);
  expect(processesOf(program.folder)).toEqual([]);
  expect(program.output()).not.toMatch(/^ +at /m);
  return program.output().trim();
}

// Side by side: each is a process that is over at once.
describe.concurrent.each(['stage/commands/start.ts', 'stage/commands/server.ts'])('%s', (file) => {
  it('refuses a setting that is not a port', async () => {
    const said = await refusal(file, [], { env: { SERVER_PORT: '70000' } });
    expect(said).toMatch(/^SERVER_PORT is "70000", which is not a port\. .*$/);
  });

  it('refuses a port that is in use, and says by whom', async ({ onTestFinished }) => {
    const ports = await freePorts();
    const server = createServer().listen(ports.UI_PORT, '127.0.0.1');
    onTestFinished(() => void server.close());
    const said = await refusal(file, [], { ports });
    expect(said).toMatch(
      new RegExp(`^Port ${ports.UI_PORT} is in use by .*\\(pid ${process.pid}\\)\\. .* UI_PORT.*$`),
    );
  });

  it('refuses a stage folder that cannot be written', async () => {
    const place = join(newFolder(), 'file');
    writeFileSync(place, '');
    const said = await refusal(file, [], { env: { STAGE_FOLDER: join(place, 'stage') } });
    expect(said).toMatch(/^The stage's folder .* cannot be written \(ENOTDIR\)\. .*$/);
  });

  it('refuses a CLI that is not there', async () => {
    expect(await refusal(file, ['venue'], { env: { TEMPORAL_CLI: '/nowhere/temporal' } })).toContain(
      '/nowhere/temporal',
    );
  });

  it('refuses a file that is not a database, and says how to remove it', async () => {
    const folder = newFolder();
    const version = await versionOfServer();
    writeFileSync(join(folder, `temporal-${version}.db`), 'milk, bread');
    const said = await refusal(file, [], { folder });
    expect(said).toContain(`Remove it to start afresh: rm -r '${join(folder, `temporal-${version}.db`)}'`);
  });
});

describe.concurrent('npm start', () => {
  it.each([
    ['stage/commands/start.ts', 'npm start [venue|online]'],
    ['stage/commands/drill.ts', 'npm run drill [name|number]'],
    ['test/soak/soak.ts', 'npm run soak [minutes]'],
  ])('%s --help is help', async (file, usage) => {
    const program = await run(file, ['--help']);
    expect(await program.ended()).toMatchObject({ code: 0 });
    expect(program.output().startsWith(usage)).toBe(true);
  });

  it('refuses a word that it does not know, with the nearest that it does', async () => {
    expect(await refusal('stage/commands/start.ts', ['withuot', 'worker'])).toMatch(
      /^npm start does not know "withuot"\. Did you mean "without"\? .*$/,
    );
  });

  it('refuses two ports that are one', async () => {
    const ports = await freePorts();
    const said = await refusal('stage/commands/start.ts', [], {
      ports: { ...ports, APP_PORT: ports.UI_PORT },
    });
    expect(said).toMatch(/^UI_PORT and APP_PORT are both \d+\. .*$/);
  });

  it('refuses a profile that is not there, and lists those that are', async () => {
    const file = join(newFolder(), 'temporal.toml');
    writeFileSync(file, '[profile.mine]\naddress = "127.0.0.1:1"\n');
    const said = await refusal('stage/commands/start.ts', ['profile', 'yours'], {
      env: { TEMPORAL_CONFIG_FILE: file },
    });
    expect(said).toMatch(/^There is no Temporal profile "yours"; yours are: mine\. .*$/);
  });

  it('tells why one of its processes does not come up, in its own words, and takes the others down', async () => {
    const cli = await fakeCli('echo "Error: no room on stage" >&2; exit 4');
    const stage = await run('stage/commands/start.ts', ['venue'], { env: { TEMPORAL_CLI: cli } });
    expect((await stage.ended()).code).toBe(1);
    expect(stage.output()).toContain(
      'The server ended before it was ready (exit code 4). Its last words:\n  Error: no room on stage\n',
    );
    expect(await leftOf(stage)).toEqual([]);
  });
});

async function versionOfServer(): Promise<string> {
  const { findTemporalCli } = await import('../../stage/processes/temporal-cli/resolve.ts');
  return (await findTemporalCli({ print: () => {} })).server;
}

/** A program that says it is a Temporal CLI, and then does something else. */
async function fakeCli(deed: string): Promise<string> {
  const folder = newFolder();
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'temporal');
  const version = 'temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)';
  writeFileSync(file, `#!/bin/sh\nif [ "$1" = --version ]; then echo "${version}"; exit 0; fi\n${deed}\n`, {
    mode: 0o755,
  });
  return file;
}
