import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decision } from '../../bench/parts/decision.ts';

/** Microseconds that a decision may take. Five times as much is a new loop and not a busy machine. */
const goals: Readonly<Record<string, number>> = { '2 KB': 50, '1 MB': 5_000 };
/** What the bench's own arithmetic takes on the machine that the goals are of; a slower one is given more. */
const loopMicros = 40;

test('a decision among 100 models stays within five times its goal, for a small prompt and a huge one', async () => {
  const { rows } = await decision({ rounds: 1 });
  const sizes = new Set<string>();
  for (const [policy = '', size = '', median, , , , , loop] of rows) {
    sizes.add(size);
    const slowness = Math.max(1, Number(loop) / loopMicros);
    assert.ok(Number(median) <= 5 * slowness * (goals[size] ?? 0), `${policy}, ${size}: ${median} µs`);
  }
  assert.deepEqual(sizes, new Set(Object.keys(goals)));
});
