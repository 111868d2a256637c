import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactCounter } from '../../files/count-tokens.ts';
import { fitText } from './fit-text.ts';

const remedy = 'Ask for less.';

test('a text that fits is unchanged', async () => {
  assert.equal(await fitText('short\ntext', 100, remedy), 'short\ntext');
});

test('a longer text is cut between lines, with a note that says so and what to do', async () => {
  const count = await exactCounter();
  const text = Array.from({ length: 2_000 }, (_, i) => `Line ${i} of many words about nothing.`).join('\n');
  const cut = await fitText(text, 500, remedy);
  assert.ok(count(cut) <= 500, `${count(cut)} tokens`);
  assert.ok(count(cut) > 400, 'no more is cut than must be');
  assert.match(cut, /nothing\.\n\n\[Cut here: the whole answer takes about \d+ tokens\. Ask for less\.\]$/);
});

test('a single endless line is cut as well', async () => {
  const count = await exactCounter();
  const cut = await fitText('word '.repeat(5_000), 300, remedy);
  assert.ok(count(cut) <= 300, `${count(cut)} tokens`);
});
