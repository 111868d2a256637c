import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const src = join(import.meta.dirname, '../../src');

/**
 * Wire formats have the same parts by nature, each in its own shape, and the simulator describes them a second time on
 * purpose.
 */
const exempt = /^(dialects|simulator)\//;

test('no two exported types share a name', () => {
  const filesOf = new Map<string, string[]>();
  for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || exempt.test(file)) continue;
    const text = readFileSync(join(src, file), 'utf8');
    for (const [, name = ''] of text.matchAll(/^export (?:type|interface|class) (\w+)/gm)) {
      filesOf.set(name, [...(filesOf.get(name) ?? []), file]);
    }
  }
  assert.ok(filesOf.size > 500);
  assert.deepEqual(
    [...filesOf].filter(([, files]) => files.length > 1),
    [],
  );
});
