import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textFailure } from './text-failure.ts';

test('a schema that there is no room on the stack to read never counts as satisfied', () => {
  const found = { at: 0, says: 'the whole: Invalid input: expected object, received string' };
  let tooDeep = 0;
  /** Fills the stack, and asks from each depth, the deepest first, until there is room. */
  function fill(): typeof found | undefined {
    const deeper = attempt(fill);
    if (deeper !== 'too deep') return deeper;
    const failure = attempt(() => textFailure([{ text: '"x"', schema: { type: 'object' } }]));
    if (failure !== 'too deep') return failure;
    tooDeep += 1;
    throw new RangeError('still too deep');
  }
  assert.deepEqual(fill(), found);
  assert.ok(tooDeep > 0);
});

function attempt<T>(work: () => T): T | 'too deep' {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof RangeError);
    return 'too deep';
  }
}
