import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import type { MemberEdit } from '../../core/wire/dialect.ts';
import { quirkEdits } from './quirk-edits.ts';

const added = (body: JsonObject, extraBody: JsonObject, pending?: readonly MemberEdit[]) =>
  quirkEdits(body, { target: { model: 'm', quirks: { extraBody }, stream: false }, warnings: [] }, pending);

test('a provider’s own objects are merged with those of the request; texts, numbers and lists replace them', () => {
  const body = { options: { seed: 1, num_ctx: 8192, stop: ['a'] }, plain: 'x' };
  const extra = {
    options: { num_ctx: 65_536, stop: ['b'], deep: { on: true } },
    guardrailConfig: { guardrailIdentifier: 'g' },
    plain: { is: 'now an object' },
    safetySettings: [{ threshold: 'OFF' }],
  };
  assert.deepEqual(added(body, extra), [
    { member: 'options', value: { seed: 1, num_ctx: 65_536, stop: ['b'], deep: { on: true } } },
    { member: 'guardrailConfig', value: { guardrailIdentifier: 'g' } },
    { member: 'plain', value: { is: 'now an object' } },
    { member: 'safetySettings', value: [{ threshold: 'OFF' }] },
  ]);
  assert.deepEqual(
    body.options,
    { seed: 1, num_ctx: 8192, stop: ['a'] },
    'the request itself is not changed',
  );
});

test('objects are merged with what other edits make of them', () => {
  const pending = [
    { member: 'options', value: { num_predict: 1 } },
    { member: 'options', value: { num_predict: 5 } },
    { member: 'gone', value: undefined },
  ];
  const extra = { options: { num_ctx: 9 }, gone: { a: 1 } };
  assert.deepEqual(added({ options: { seed: 1 }, gone: { b: 2 } }, extra, pending), [
    { member: 'options', value: { num_predict: 5, num_ctx: 9 } },
    { member: 'gone', value: { a: 1 } },
  ]);
});
