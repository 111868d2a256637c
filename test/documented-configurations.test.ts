import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createApp } from '../src/app.ts';
import { tempFolder } from './temp-folder.ts';

const docs = join(import.meta.dirname, '../docs');

/** Configurations as the pages show them; Prometheus has a file of its own. */
const shown = readdirSync(docs)
  .filter((name) => name.endsWith('.md'))
  .flatMap((page) =>
    [...readFileSync(join(docs, page), 'utf8').matchAll(/```yaml\n([^]*?)```/g)].map(([, text = ''], at) => ({
      title: `${page}, ${at + 1}`,
      text,
    })),
  )
  .filter(({ text }) => !text.startsWith('scrape_configs:'));

test('every configuration that a page shows can be copied and starts', async (t) => {
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
