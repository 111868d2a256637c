import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../core/errors.ts';
import type { Flaw } from '../../core/routing/acceptance/acceptance.ts';
import { finalAnswer, isHeldBack, type LastStep, type RejectedAnswers } from './final-answer.ts';

const error = new ConclaveError('provider_error', 'lab/big is down');
const refusal: Flaw = { signal: 'refusal', says: 'it refuses' };
const cut: Flaw = { signal: 'length', says: 'it was cut off' };
const answered = { kind: 'answered', answer: 'last', model: 'lab/big' } as const;

const none: RejectedAnswers<string> = { usable: undefined, latest: undefined };
const unusable: RejectedAnswers<string> = { usable: undefined, latest: 'refused' };
const usable: RejectedAnswers<string> = { usable: 'doubtful', latest: 'refused' };

type Row = readonly [title: string, last: LastStep<string>, rejected: RejectedAnswers<string>, given: string];

const table: readonly Row[] = [
  ['a sound answer', answered, usable, 'last'],
  ['a sound answer, and no other', answered, none, 'last'],
  [
    'an unusable answer',
    { ...answered, flaw: refusal },
    usable,
    'doubtful, because the last answer, of lab/big, is unusable: it refuses',
  ],
  ['an unusable answer after an unusable one', { ...answered, flaw: refusal }, unusable, 'last'],
  ['an unusable answer, and no other', { ...answered, flaw: refusal }, none, 'last'],
  ['a readable answer that was cut off', { ...answered, flaw: cut, isReadable: true }, usable, 'last'],
  [
    'an unreadable answer that was cut off',
    { ...answered, flaw: cut },
    usable,
    'doubtful, because the last answer, of lab/big, is incomplete: it was cut off',
  ],
  ['a failure', { kind: 'failed', error }, usable, 'doubtful, because the last step failed: lab/big is down'],
  ['a failure after an unusable answer', { kind: 'failed', error }, unusable, 'provider_error'],
  ['a failure, and no answer', { kind: 'failed', error }, none, 'provider_error'],
  ['no model left to ask', { kind: 'unasked' }, usable, 'doubtful, because no other model is left to ask'],
  [
    'no model left to ask, and an unusable answer',
    { kind: 'unasked' },
    unusable,
    'refused, because no other model is left to ask',
  ],
  ['no model left to ask, and no answer', { kind: 'unasked' }, none, 'internal'],
];

for (const [title, last, rejected, given] of table) {
  test(`the end of a cascade: ${title}`, () => {
    const final = finalAnswer(last, rejected);
    const because = final.kind === 'earlier' ? `, because ${final.because}` : '';
    assert.equal(final.kind === 'none' ? final.error.code : final.answer + because, given);
  });
}

test('a last answer is held back if it is unstreamed, or may be replaced without a limit on its first content', () => {
  for (const [stream, isReplaceable, maxLatencyMs, held] of [
    [false, false, undefined, true],
    [false, true, 1_000, true],
    [true, false, undefined, false],
    [true, true, undefined, true],
    [true, true, 1_000, false],
  ] as const) {
    const call = { request: { model: 'm', stream, messages: [] }, limits: { maxLatencyMs } };
    assert.equal(
      isHeldBack(call, isReplaceable),
      held,
      JSON.stringify([stream, isReplaceable, maxLatencyMs]),
    );
  }
});
