import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainCall } from '../../../test/support/plain-call.ts';
import type { Call } from '../../core/call.ts';
import type { ContentPart } from '../../core/wire/content.ts';
import { repeatedPrompts } from './repeated-prompts.ts';

const minutes = 60_000;

function callOf(text: string, keyId = 'key', more: readonly ContentPart[] = []): Call {
  const call = plainCall();
  const content: ContentPart[] = [...more, { type: 'text', text }];
  return {
    ...call,
    principal: { ...call.principal, keyId },
    request: { ...call.request, messages: [{ role: 'user', content }] },
  };
}

test('the first repetition of an answered prompt names the earlier call; a loop or a concurrent twin names none', () => {
  let at = 0;
  const prompts = repeatedPrompts(() => at);
  const first = prompts.asked(callOf('Why?'));
  const twin = prompts.asked(callOf('Why?'));
  assert.deepEqual([first.repeats, twin.repeats], [undefined, undefined], 'no answer has been seen yet');
  first.answered('req_1');
  twin.answered('req_2');
  const second = prompts.asked(callOf('Why?'));
  assert.equal(second.repeats, 'req_1');
  second.answered('req_3');
  assert.equal(prompts.asked(callOf('Why?')).repeats, undefined, 'a loop is ignored');
  assert.equal(prompts.asked(callOf('Why?', 'another')).repeats, undefined, 'keys do not share prompts');
  at += 11 * minutes;
  assert.equal(prompts.asked(callOf('Why?')).repeats, undefined, 'too much time has passed');
});

test('the same text with another image, document or tool result is another prompt', () => {
  const picture = (data: string): ContentPart => ({
    type: 'image',
    source: { kind: 'base64', mediaType: 'image/png', data },
  });
  const result = (text: string): ContentPart => ({
    type: 'tool-result',
    callId: 'c',
    content: [{ type: 'text', text }],
    isError: false,
  });
  const document = (text: string): ContentPart => ({ type: 'document', source: { kind: 'text', text } });
  const long = 'x'.repeat(50_000);
  const manual = 'Read the invoice and name the sum. '.repeat(200);
  const pairs: readonly (readonly [Call, Call])[] = [
    [callOf('What is it?', 'key', [picture('AAAA')]), callOf('What is it?', 'key', [picture('BBBB')])],
    [
      callOf('Sum up.', 'key', [document(`${long}1${long}`)]),
      callOf('Sum up.', 'key', [document(`${long}${long}`)]),
    ],
    [callOf('Go on.', 'key', [result('12 files')]), callOf('Go on.', 'key', [result('no files')])],
    [callOf(`Invoice 1: $5. ${manual}`), callOf(`Invoice 2: $7. ${manual}`)],
    [
      callOf('And?', 'key', [picture('A'), ...Array<ContentPart>(9).fill(result('ok'))]),
      callOf('And?', 'key', [picture('B'), ...Array<ContentPart>(9).fill(result('ok'))]),
    ],
  ];
  for (const [one, other] of pairs) {
    const prompts = repeatedPrompts(() => 0);
    prompts.asked(one).answered('req_1');
    assert.equal(prompts.asked(other).repeats, undefined);
    assert.equal(prompts.asked(one).repeats, 'req_1');
  }
});

test('draws any recent answer of the same key, whether it was asked again or not', () => {
  let at = 0;
  let chance = 0;
  const prompts = repeatedPrompts(
    () => at,
    () => chance,
  );
  for (const [n, key] of ['key', 'other', 'key', 'key'].entries()) {
    prompts.asked(callOf(`Question ${n}`, key)).answered(`req_${n}`);
    at += 1;
  }
  const again = prompts.asked(callOf('Question 2'));
  assert.equal(again.repeats, 'req_2');
  const drawn = [0.4, 0.99, 0, 0.5].map((next) => {
    chance = next;
    return again.drawn();
  });
  assert.deepEqual(drawn.slice(0, 3).toSorted(), ['req_0', 'req_2', 'req_3'], 'none of another key');
  assert.equal(drawn[3], undefined, 'none is drawn twice');
});
