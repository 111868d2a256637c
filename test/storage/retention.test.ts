import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLiveApp } from '../../src/app.ts';
import { intent, settlement } from '../support/ledger-samples.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { openStoreByEnvironment } from '../../src/composition/foundation/open-store-by-environment.ts';

const day = 86_400_000;

test('a server deletes calls older than ledger.retainDays, and keeps all calls without it', async (t) => {
  const provider = 'providers: { lab: { dialect: openai-chat, baseUrl: "http://127.0.0.1:9/v1" } }\n';
  /** A server with calls from the last hundred days. */
  const serve = async (config: string) => {
    const home = tempFolder(t);
    const configPath = join(home, 'conclave.yaml');
    await writeFile(configPath, config);
    const env = { CONCLAVE_HOME: home };
    const store = await openStoreByEnvironment(env);
    for (const days of [100, 31, 29, 0]) {
      const row = intent({ id: `${days} days old`, startedAt: Date.now() - days * day });
      await store.ledger.open(row, { unknownPrice: false });
      await store.ledger.settle(settlement(row.id));
    }
    await store.close();
    const live = await openLiveApp({ env, cwd: home, configPath });
    t.after(() => live.close());
    const { ledger } = live.current;
    const left = async () => (await ledger.recent({ limit: 10 })).map(({ id }) => id);
    return { tend: () => live.tend(), left };
  };
  const keeping = await serve(provider);
  const forgetting = await serve(`${provider}ledger: { retainDays: 30 }\n`);
  keeping.tend();
  forgetting.tend();
  await until(async () => (await forgetting.left()).length === 2, 'two calls to be deleted', { everyMs: 20 });
  assert.deepEqual((await forgetting.left()).toSorted(), ['0 days old', '29 days old']);
  assert.equal((await keeping.left()).length, 4, 'although its cleanup started first');
});
