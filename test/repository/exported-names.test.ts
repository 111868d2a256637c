import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const src = join(import.meta.dirname, '../../src');

/**
 * Wire formats have the same parts by nature, each in its own shape, and the simulator describes them a second time on
 * purpose. `app.ts` loads what the composition exports, under the same names.
 */
const exempt = /^(?:dialects|simulator)\/|^app\.ts$/;

for (const [what, declarations] of [
  ['types', /^export (?:type|interface|class) (\w+)/gm],
  ['functions or constants', /^export (?:async )?(?:function\*?|const) (\w+)/gm],
] as const) {
  test(`no two exported ${what} share a name`, () => {
    const filesOf = new Map<string, Set<string>>();
    for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts') || exempt.test(file)) continue;
      const text = readFileSync(join(src, file), 'utf8');
      for (const [, name = ''] of text.matchAll(declarations)) {
        filesOf.set(name, (filesOf.get(name) ?? new Set()).add(file));
      }
    }
    assert.ok(filesOf.size > 500);
    assert.deepEqual(
      [...filesOf].flatMap(([name, files]) => (files.size > 1 ? [[name, ...files]] : [])),
      [],
    );
  });
}
