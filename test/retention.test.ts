import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { openLiveApp } from '../src/app.ts';
import { intent, settlement } from './ledger-samples.ts';
import { tempFolder } from './temp-folder.ts';
import { until } from './support/until.ts';

const day = 86_400_000;

test('a server deletes calls that are older than ledger.retainDays, and keeps all without it', async (t) => {
  const home = tempFolder(t);
  const configPath = join(home, 'conclave.yaml');
  const provider = 'providers: { lab: { dialect: openai-chat, baseUrl: "http://127.0.0.1:9/v1" } }\n';
  const serve = async (config: string) => {
    await writeFile(configPath, config);
    return openLiveApp({ env: { CONCLAVE_HOME: home }, cwd: home, configPath });
  };
  const keeping = await serve(provider);
  const { ledger } = keeping.current;
  for (const days of [100, 31, 29, 0]) {
    const row = intent({ id: `${days} days old`, startedAt: Date.now() - days * day });
    await ledger.open(row, { unknownPrice: false });
    await ledger.settle(settlement(row.id));
  }
  keeping.tend();
  await sleep(200);
  assert.equal((await ledger.recent({ limit: 10 })).length, 4);
  await keeping.close();

  const forgetting = await serve(`${provider}ledger: { retainDays: 30 }\n`);
  t.after(() => forgetting.close());
  forgetting.tend();
  const left = async () => (await forgetting.current.ledger.recent({ limit: 10 })).map(({ id }) => id);
  await until(async () => (await left()).length === 2, 'two calls to be deleted', { everyMs: 20 });
  assert.deepEqual((await left()).sort(), ['0 days old', '29 days old']);
});
