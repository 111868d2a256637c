import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const source = sourceIn('src');

test('the HTTP page has every header of Conclave, and no other', () => {
  const header = /\bx-conclave-[a-z]+(?:-[a-z]+)*\b/g;
  assert.deepEqual(namesIn(page('http'), header), namesIn(source, header));
});

test('the page on operating has every metric, and no other', () => {
  assert.deepEqual(
    namesIn(page('operations'), /`(conclave_[a-z_]+)`/g),
    namesIn(sourceIn('src/telemetry'), /'(conclave_[a-z_]+)'/g),
  );
});

test('the configuration page has every environment variable of Conclave, and no other', () => {
  const variable = /\bCONCLAVE_[A-Z_]+\b/g;
  // The primary process sets those for its workers.
  const own = namesIn(source, variable).filter((name) => !name.startsWith('CONCLAVE_WORKER_'));
  assert.deepEqual(namesIn(page('configuration'), variable), own);
});

function sourceIn(folder: string): string {
  return globSync(`${folder}/**/*.ts`, { cwd: root, exclude: ['**/*.test.ts'] })
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
}

function page(name: string): string {
  return readFileSync(join(root, `docs/${name}.md`), 'utf8');
}

function namesIn(text: string, pattern: RegExp): string[] {
  const names = [...text.matchAll(pattern)].map(([whole, name = whole]) => name);
  assert.ok(names.length > 0);
  return [...new Set(names)].toSorted();
}
