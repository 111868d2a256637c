import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');

test('every dependency is explained in a sentence, and every version is exact', () => {
  const manifest = JSON.parse(read('package.json')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const page = read('docs/dependencies.md').split('Considered and not taken:')[0] ?? '';
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  assert.deepEqual(
    Object.keys(all).filter((name) => !page.includes(`**${name}**`)),
    [],
  );
  assert.deepEqual(
    Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-alpha\.\d+)?$/.test(version)),
    [],
  );
});
