import { cpSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadavg } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import { afterAll, it } from 'vitest';
import { ROOT } from '../../stage/settings.ts';
import { cleanUp, newFolder, run, startStage, until } from './harness.ts';
afterAll(cleanUp);
it('x', async () => {
  const root = join(newFolder(), 'clone');
  cpSync(ROOT, root, { recursive: true, filter: (p) => !['node_modules', '.git', '.stage'].includes(basename(p)) });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const stage = await startStage([], { root });
  const done = async (...w: string[]) => { const p = await run('stage/stage.ts', w, { root, folder: stage.folder, ports: stage.ports }); await p.ended(); return p.output(); };
  const connection = await Connection.connect({ address: `127.0.0.1:${stage.ports.SERVER_PORT}` });
  const client = new Client({ connection });
  for (let i = 0; i < 12; i++) {
    await done('break', 'geolocation');
    const id = (await done('greet', 'Ziggy', '0')).trim().split('/').at(-1)!;
    const h = client.workflow.getHandle(id);
    await until(async () => ((await h.describe()).raw.pendingActivities?.[0]?.attempt ?? 0) >= 3, 60000);
    const fixed = await done('fix', 'geolocation');
    const sp = statSync(join(stage.folder, 'pids', 'worker.json')).mtimeMs;
    const seen: string[] = [];
    await until(async () => { const d = await h.describe(); const p = d.raw.pendingActivities?.[0]; const s = p ? `${p.attempt}/${p.state}/${p.lastFailure?.message?.slice(0,30)}/${Number(p.nextAttemptScheduleTime?.seconds??0)?'next':''}` : d.status.name; if (seen.at(-1)?.split(' @')[0] !== s) seen.push(`${s} @${Math.round(Date.now()-sp)}`); return d.status.name !== 'RUNNING'; }, 60000);
    const ct = (await h.describe()).closeTime!.getTime() - sp;
    console.log(i, 'load', loadavg()[0].toFixed(1), 'spawn->close', Math.round(ct), fixed.split('\n')[1], ct > 3500 ? seen : '');
  }
  await connection.close();
});
