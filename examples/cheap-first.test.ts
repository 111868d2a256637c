import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConclave } from '../src/index.ts';
import { tempFolder } from '../test/support/temp-folder.ts';
import { sortLetter } from './cheap-first.ts';

test('a cheap model whose answers pass the check sorts all letters for less than the cost of one strong answer', async (t) => {
  const conclave = await createConclave({ simulate: true, home: tempFolder(t) });
  t.after(() => conclave.close());
  const cheap = await sortLetter(conclave, 'It crashes when I save.');
  assert.ok(['bug', 'question', 'praise'].includes(cheap.ticket.kind));
  const strong = await conclave.chat({
    model: 'auto:frontier',
    prompt: 'Sort this letter. It crashes when I save.',
  });
  assert.ok(
    (cheap.costNanoUsd ?? 0n) < (strong.costNanoUsd ?? 0n),
    `${cheap.costNanoUsd} < ${strong.costNanoUsd}`,
  );
  await conclave.feedback(cheap.requestId, 0.9);
  const { calls, before } = await conclave.replay({ policy: 'tiered' });
  assert.equal(calls, 2);
  assert.ok(before.totalNanoUsd > 0);
});
