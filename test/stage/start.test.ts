// `npm start` with real processes: up, how its parts die, and that nothing is left however it ends.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { readControl } from '../../stage/control/control-file.ts';
import {
  cleanUp,
  environmentOf,
  isThere,
  leftOf,
  newFolder,
  processesOf,
  run,
  startStage,
  until,
} from '../support/harness.ts';

afterAll(cleanUp);

describe('the stage', () => {
  it('comes up sealed off from a hostile environment, brings back who dies, refuses a second one, and leaves in order', async () => {
    const home = newFolder();
    const toml =
      '[profile.default]\naddress = "elsewhere.invalid:7233"\nnamespace = "payroll"\napi_key = "secret"\n';
    for (const folder of ['.config/temporalio', 'Library/Application Support/temporalio']) {
      mkdirSync(join(home, folder), { recursive: true });
      writeFileSync(join(home, folder, 'temporal.toml'), toml);
    }
    const stage = await startStage([], {
      env: {
        HOME: home,
        XDG_CONFIG_HOME: join(home, '.config'),
        TEMPORAL_ADDRESS: 'elsewhere.invalid:7233',
        TEMPORAL_NAMESPACE: 'payroll',
        TEMPORAL_API_KEY: 'secret',
        TEMPORAL_TLS: 'true',
        TEMPORAL_PROFILE: 'payroll',
        TEMPORAL_CONFIG_FILE: join(home, '.config/temporalio/temporal.toml'),
        NODE_OPTIONS: '--trace-uncaught',
        http_proxy: 'http://127.0.0.1:9',
        HTTPS_PROXY: 'http://127.0.0.1:9',
      },
    });
    const box = stage.output().slice(stage.output().indexOf('──'));
    expect(box).toContain(`http://127.0.0.1:${stage.ports.APP_PORT}`);
    expect(box).toContain(`http://127.0.0.1:${stage.ports.UI_PORT}`);
    expect(box).toContain('venue mode (as you asked): answered on this machine');
    expect((await fetch(`http://127.0.0.1:${stage.ports.APP_PORT}`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${stage.ports.UI_PORT}`)).status).toBe(200);
    for (const name of process.platform === 'linux' ? ['server', 'network', 'worker', 'app'] : []) {
      const steering = environmentOf(stage.pidOf(name)).filter((line) =>
        /^(TEMPORAL_|NODE_OPTIONS)/.test(line),
      );
      expect(steering).toEqual([`TEMPORAL_CONFIG_FILE=${join(stage.folder, 'temporal.toml')}`]);
    }

    const second = await run('stage/commands/start.ts', [], { folder: stage.folder });
    expect((await second.ended()).code).toBe(1);
    expect(second.output()).toContain(`The stage is already running (pid ${stage.pid}).`);

    const [worker, app] = ['worker', 'app'].map(stage.pidOf) as [number, number];
    process.kill(worker, 'SIGKILL');
    await stage.untilSaid(`worker  | died: SIGKILL (pid ${worker}). It is restarted at once.`);
    process.kill(app, 'SIGTERM');
    await stage.untilSaid(`app     | died: exit code 0 (pid ${app}). It is restarted at once.`);
    await stage.untilSaid(/worker {2}\| Worker ready.*worker {2}\| Worker ready/s);
    await stage.untilSaid(/app {5}\| App ready.*app {5}\| App ready/s);
    expect([worker, app].map(isThere)).toEqual([false, false]);
    expect(['server', 'network', 'worker', 'app'].map(stage.pidOf).map(isThere)).toEqual(Array(4).fill(true));

    stage.child.kill('SIGINT');
    const { code, ms } = await stage.leave('SIGINT'); // npm passes on the Ctrl-C that the terminal has sent already
    expect(code).toBe(0);
    expect(ms).toBeLessThan(6000);
    expect(stage.output()).toContain('Stopping app, worker, network, server.');
    expect(await leftOf(stage)).toEqual([]);
  });

  it('leaves at once when somebody is impatient', async () => {
    const stage = await startStage(['without', 'worker']);
    process.kill(stage.pidOf('app'), 'SIGSTOP'); // it does not hear anything polite
    const impatience = setInterval(() => stage.child.kill('SIGINT'), 100);
    const { code, ms } = await stage.ended().finally(() => clearInterval(impatience));
    expect(code).toBe(1);
    expect(ms).toBeLessThan(1900); // politeness alone would take 2 s
    expect(await leftOf(stage)).toEqual([]);
  });
});

// Side by side: most of the time goes into coming up and leaving.
describe.concurrent('a stage', () => {
  it('leaves at SIGTERM, with nothing left behind', async () => {
    const stage = await startStage(['without', 'worker']);
    expect(stage.output()).toContain(
      'worker  | left out; run it in your own terminal: npm run stage run worker',
    );
    expect(await stage.leave('SIGTERM')).toMatchObject({ code: 0 });
    expect(await leftOf(stage)).toEqual([]);
  });

  it('lets others in where APP_HOST says so, and tells by which address', async () => {
    const words = ['without', 'server', 'network', 'worker'];
    const stage = await startStage(words, { env: { APP_HOST: '0.0.0.0' } });
    const told = stage.output().match(new RegExp(`http://\\S+:${stage.ports.APP_PORT}\\b`, 'g')) ?? [];
    const cards = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const hasNetwork = cards.some(({ internal, family }) => !internal && family === 'IPv4');
    expect(new Set(told).size).toBe(1);
    expect(told[0]?.includes('127.0.0.1')).toBe(!hasNetwork);
    expect((await fetch(told[0] as string)).status).toBe(200);
    await stage.leave();
  });

  it('leaves while it is starting', async () => {
    const stage = await run('stage/commands/start.ts', ['venue'], { folder: newFolder() }); // bundles, too
    await stage.untilSaid('Temporal CLI');
    await until(() => processesOf(stage.folder).length > 1);
    expect(await stage.leave()).toMatchObject({ code: 0 });
    expect(await leftOf(stage)).toEqual([]);
  });

  it('leaves when its terminal is gone and nobody reads what it says', async () => {
    const stage = await startStage(['without', 'worker']);
    stage.child.stdout?.destroy();
    stage.child.stderr?.destroy();
    const app = stage.pidOf('app');
    process.kill(app, 'SIGKILL'); // so that it has something to say
    await until(() => !isThere(app));
    expect(await stage.leave('SIGHUP')).toMatchObject({ code: 0 });
    expect(await leftOf(stage)).toEqual([]);
  });
});

describe('a stage that was killed with -9', () => {
  it('orphans nothing but the server, which the next one clears, and nothing else', async () => {
    const killed = await startStage();
    const server = killed.pidOf('server');
    const { ports, folder } = killed;
    const token = readControl(folder)?.token ?? '';
    await killed.leave('SIGKILL');
    await until(() => processesOf(folder).length === 1);
    expect(processesOf(folder)).toEqual([server]);

    // The pid of its Worker is by now that of somebody else, who even looks like a server of ours.
    const looks = ['temporal', 'server', 'start-dev', '--db-filename', join(folder, 'temporal-1.31.2.db')];
    const foreign = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', ...looks], {
      stdio: 'ignore',
    });
    onTestFinished(() => void foreign.kill());
    const note = join(folder, 'pids', 'worker.json');
    writeFileSync(note, JSON.stringify({ ...JSON.parse(readFileSync(note, 'utf8')), pid: foreign.pid }));

    const next = await startStage(['without', 'worker', 'app'], { ports, folder });
    expect(next.output()).toContain('Cleaned up what an earlier stage left behind: server.');
    expect([token, readControl(folder)?.token ?? '']).toEqual([
      token,
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
    expect(readControl(folder)?.token ?? '').not.toBe(token);
    expect(isThere(server)).toBe(false);
    expect(isThere(foreign.pid as number)).toBe(true);
    expect(await next.leave()).toMatchObject({ code: 0 });
    expect(await leftOf(next)).toEqual([]);
  });
});
