import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createApp } from '../../src/app.ts';
import { tempFolder } from '../support/temp-folder.ts';

const docs = join(import.meta.dirname, '../../docs');

/** Configurations as shown on the pages; Prometheus has a file of its own. */
const shown = readdirSync(docs)
  .filter((name) => name.endsWith('.md'))
  .flatMap((page) =>
    [...readFileSync(join(docs, page), 'utf8').matchAll(/```yaml\n([^]*?)```/g)].map(([, text = ''], at) => ({
      title: `${page}, ${at + 1}`,
      text,
    })),
  )
  .filter(({ text }) => !text.startsWith('scrape_configs:'));

test('every configuration on a page can be copied and starts', async (t) => {
  assert.ok(shown.length >= 7);
  for (const { title, text } of shown) {
    const home = tempFolder(t);
    const configPath = join(home, 'conclave.yaml');
    writeFileSync(configPath, text);
    const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [name, 'key-of-a-test'] as const);
    const env = { ...Object.fromEntries(names), CONCLAVE_HOME: home };
    const app = await createApp({ env, cwd: home, configPath, simulate: true }).catch((error: unknown) => {
      throw new Error(`${title}: ${error instanceof Error ? error.message : error}`);
    });
    await app.close();
  }
});

test('commands that only read the ledger work with every configuration on a page, even without provider keys', async (t) => {
  const wholly = {
    providers: { two: { dialect: 'openai-chat', baseUrl: 'http://127.0.0.1:9/v1', apiKey: '${TWO_KEY}' } },
    models: [{ id: 'two/work2', tier: 'workhorse' }],
    deployments: [
      { model: 'two/work2', apiKey: '${TWO_KEY_2}' },
      { model: 'quick', weight: 2 },
    ],
    aliases: { quick: 'two/work2' },
    routing: { pin: 'quick', fallbacks: { 'two/*': ['openai/gpt-5'] } },
  };
  for (const { title, text } of [...shown, { title: 'own provider', text: JSON.stringify(wholly) }]) {
    const home = tempFolder(t);
    const configPath = join(home, 'conclave.yaml');
    writeFileSync(configPath, text);
    const app = await createApp({ env: { CONCLAVE_HOME: home }, cwd: home, configPath, offline: true }).catch(
      (error: unknown) => {
        throw new Error(`${title}: ${error instanceof Error ? error.message : error}`);
      },
    );
    await app.ledger.costs({ since: 0, by: 'model' });
    await app.close();
  }
});
