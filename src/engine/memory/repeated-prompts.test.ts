import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call } from '../../core/call.ts';
import { repeatedPrompts } from './repeated-prompts.ts';

const minutes = 60_000;

/** Only what the memory looks at. */
function said(text: string, keyId = 'key'): Call {
  const request = { messages: [{ role: 'user', content: [{ type: 'text', text }] }] };
  return { principal: { keyId }, request } as unknown as Call;
}

test('the first repetition of an answered prompt names the call before it, a loop and a twin name none', () => {
  let at = 0;
  const prompts = repeatedPrompts(() => at);
  const first = prompts.asked(said('Why?'));
  const twin = prompts.asked(said('Why?'));
  assert.deepEqual([first.repeats, twin.repeats], [undefined, undefined], 'nobody has seen an answer yet');
  first.answered('req_1');
  twin.answered('req_2');
  const second = prompts.asked(said('Why?'));
  assert.equal(second.repeats, 'req_1');
  second.answered('req_3');
  assert.equal(prompts.asked(said('Why?')).repeats, undefined, 'a loop says nothing');
  assert.equal(prompts.asked(said('Why?', 'another')).repeats, undefined, 'keys do not share prompts');
  at += 11 * minutes;
  assert.equal(prompts.asked(said('Why?')).repeats, undefined, 'it is another day');
});

test('for each answer that is asked again any of the same key may be drawn, whether asked again or not', () => {
  let at = 0;
  let chance = 0;
  const prompts = repeatedPrompts(
    () => at,
    () => chance,
  );
  for (const [n, key] of ['key', 'other', 'key', 'key'].entries()) {
    prompts.asked(said(`Question ${n}`, key)).answered(`req_${n}`);
    at += 1;
  }
  const again = prompts.asked(said('Question 2'));
  assert.equal(again.repeats, 'req_2');
  const drawn = [0.4, 0.99, 0, 0.5].map((next) => {
    chance = next;
    return again.drawn();
  });
  assert.deepEqual(drawn.slice(0, 3).toSorted(), ['req_0', 'req_2', 'req_3'], 'none of another key');
  assert.equal(drawn[3], undefined, 'none is drawn twice');
});
