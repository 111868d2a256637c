import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');

test('the page about the life of a call shows every pipeline step in order', () => {
  const steps = stepsOf('pipeline.ts').flatMap((step) =>
    step === 'chooseRoute' ? [step, ...stepsOf('routing/find-route.ts')] : [step],
  );
  assert.ok(steps.length >= 12);
  const [diagram = ''] = /^```\n[^]*?^```$/m.exec(read('docs/lifecycle.md')) ?? [];
  const shown = [...diagram.matchAll(/\w+/g)].map(([word]) => word);
  assert.deepEqual(
    shown.filter((word) => steps.includes(word)),
    steps,
  );
});

function stepsOf(file: string): string[] {
  return [...read(`src/engine/${file}`).matchAll(/\b(\w+)\(engine, /g)].flatMap(([, name]) => name ?? []);
}
