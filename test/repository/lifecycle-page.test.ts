import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');

test('the page about the life of a call names every pipeline step in order', () => {
  const steps = [...read('src/engine/pipeline.ts').matchAll(/\b(\w+)\(engine, /g)].map(([, name]) => name);
  assert.ok(steps.length >= 10);
  const said = /In the code the order is ([^;]*);/.exec(read('docs/lifecycle.md'))?.[1] ?? '';
  assert.deepEqual(
    [...said.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    steps,
  );
});
