// What the doctor of the cluster says, with tools that are there, that do not answer, and that are missing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { linesOfDoctor } from './doctor.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tools '));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tool = (name: string, script: string) =>
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

it.skipIf(process.platform === 'win32')(
  'names what is there, what does not answer, and what is missing',
  async () => {
    tool('docker', '[ "$1" = compose ] && echo 2.40.3 || { echo "is the daemon running?" >&2; exit 1; }');
    tool('kubectl', '[ "$1" = version ] && echo "Client Version: v1.34.0" || exit 1');
    const lines = await linesOfDoctor({ PATH: folder });
    expect(lines).toEqual([
      expect.stringMatching(/○ Docker +does not answer\. Start it: open -a Docker/),
      expect.stringMatching(/✔ Docker Compose +2\.40\.3/),
      expect.stringMatching(/✔ kubectl +Client Version: v1\.34\.0/),
      expect.stringMatching(/○ Kubernetes +does not answer\. Start it: kind create cluster/),
      expect.stringMatching(/○ Helm +not installed\. Install it: brew install helm/),
    ]);
  },
);
