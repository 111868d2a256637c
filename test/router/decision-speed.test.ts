import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decision } from '../../bench/parts/decision.ts';

/** Microseconds that a decision may take. Five times as much indicates a new loop, not a busy machine. */
const goals: Readonly<Record<string, number>> = { '2 KB': 50, '1 MB': 5_000 };
/**
 * Duration of the bench's own calculation on the machine for which the goals are set; slower machines get more time.
 */
const loopMicros = 40;
/** All policies share the code that V8 compiles, so that a tenth of the bench's warm-up is enough for such wide limits. */
const warmUp = 1_000;

test('a decision among 100 models stays within five times its goal, for a small prompt and a huge one', async () => {
  const { rows } = await decision({ rounds: 1, warmUp });
  const sizes = new Set<string>();
  for (const [policy = '', size = '', median, , , , , loop] of rows) {
    sizes.add(size);
    const slowness = Math.max(1, Number(loop) / loopMicros);
    assert.ok(Number(median) <= 5 * slowness * (goals[size] ?? 0), `${policy}, ${size}: ${median} µs`);
  }
  assert.deepEqual(sizes, new Set(Object.keys(goals)));
});
