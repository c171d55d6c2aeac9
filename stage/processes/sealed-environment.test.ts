// What the stage's processes inherit, and what they do not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { afterAll, describe, expect, it } from 'vitest';
import { profileEnv, sealedEnv, throughNetwork, withoutProxies } from './sealed-environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'seal '));
afterAll(() => rmSync(folder, { recursive: true }));

const proxies = {
  http_proxy: 'http://proxy:1',
  HTTPS_PROXY: 'http://proxy:2',
  no_proxy: '*',
  NO_PROXY: '*',
  grpc_proxy: 'http://proxy:3',
  ALL_PROXY: 'http://proxy:4',
};

function connectConfig(env: NodeJS.ProcessEnv) {
  return loadClientConnectConfig({ overrideEnvVars: env as Record<string, string> });
}

describe('sealedEnv', () => {
  it('leads to the stage on this machine, whatever the environment says', () => {
    const hostile = {
      TEMPORAL_ADDRESS: 'x.invalid:7233',
      TEMPORAL_API_KEY: 'k',
      TEMPORAL_TLS: 'true',
      PATH: '/bin',
    };
    const env = sealedEnv(hostile, folder, 7777);
    expect(Object.keys(env).sort()).toEqual(['PATH', 'TEMPORAL_CONFIG_FILE']);
    expect(connectConfig(env)).toEqual({
      namespace: 'default',
      connectionOptions: {
        address: '127.0.0.1:7777',
        apiKey: undefined,
        tls: undefined,
        metadata: undefined,
      },
    });
  });
});

describe('profileEnv', () => {
  const file = join(folder, 'mine.toml');
  const env = { TEMPORAL_CONFIG_FILE: file };

  it('passes on the user’s settings, with the profile selected', () => {
    writeFileSync(
      file,
      '[profile.cloud]\naddress = "a.tmprl.cloud:7233"\n[profile.other]\naddress = "b:1"\n',
    );
    expect(connectConfig(profileEnv(env, 'cloud')).connectionOptions.address).toBe('a.tmprl.cloud:7233');
  });

  it('lists the profiles that exist', () => {
    expect(() => profileEnv(env, 'clod')).toThrow(
      'There is no Temporal profile "clod"; yours are: cloud, other.',
    );
  });

  it('says how to make one when there is none', () => {
    const command = 'temporal --profile p config set --prop address';
    expect(() => profileEnv({ TEMPORAL_CONFIG_FILE: join(folder, 'nowhere.toml') }, 'p')).toThrow(command);
    writeFileSync(file, '');
    expect(() => profileEnv(env, 'p')).toThrow(command);
  });

  it('names a file that cannot be read', () => {
    writeFileSync(file, '[profile.');
    expect(() => profileEnv(env, 'cloud')).toThrow(`Correct ${file}.`);
  });
});

it('neither a debugger nor a loader gets into a process of the stage, not even with a profile', () => {
  const file = join(folder, 'two.toml');
  writeFileSync(file, '[profile.cloud]\naddress = "a:1"\n');
  const steered = {
    NODE_OPTIONS: '--inspect --import ./loader.mjs',
    NODE_INSPECT_RESUME_ON_START: '1',
    VSCODE_INSPECTOR_OPTIONS: '{}',
    NODE_EXTRA_CA_CERTS: 'ca.pem',
    TEMPORAL_CONFIG_FILE: file,
  };
  for (const env of [sealedEnv(steered, folder, 1), profileEnv(steered, 'cloud')])
    expect(Object.keys(env).filter((name) => /NODE|VSCODE/.test(name))).toEqual(['NODE_EXTRA_CA_CERTS']);
});

describe('proxies', () => {
  it('lets the Worker look up through the network switch and nothing else', () => {
    expect(throughNetwork({ ...proxies, A: 'b' }, 8002)).toEqual({
      A: 'b',
      http_proxy: 'http://127.0.0.1:8002',
    });
  });

  it('takes every proxy away from what talks only to this machine', () => {
    expect(withoutProxies({ ...proxies, A: 'b' })).toEqual({ A: 'b' });
  });
});
