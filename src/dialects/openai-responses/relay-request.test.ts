import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import { readRequest } from './read-request.ts';
import { writeProof } from './reasoning-proof.ts';
import { relayRequest } from './relay-request.ts';

const relay = (body: JsonObject, quirks: Quirks = {}) =>
  relayRequest(body, readRequest(body), { model: 'gpt-6-sol', quirks, stream: false });

test('a request in OpenAI’s own format is relayed unchanged except for the model’s name', () => {
  const reasoning = { type: 'reasoning', id: 'rs_068', summary: [], encrypted_content: 'gAAA' };
  const { edits, warnings } = relay({ model: 'openai/gpt-6-sol', input: [reasoning], store: true });
  assert.deepEqual(edits, [{ member: 'model', value: 'gpt-6-sol' }]);
  assert.deepEqual(warnings, []);
});

test('items of another model are removed from the conversation, because OpenAI would reject the whole request', () => {
  const user = { role: 'user', content: 'Hi' };
  const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' };
  const output = { type: 'function_call_output', call_id: 'c1', output: 'ok' };
  const { edits, warnings } = relay({
    model: 'gpt-6-sol',
    input: [
      user,
      { type: 'reasoning', id: 'rs_req_1_0', summary: [] },
      { type: 'reasoning', id: 'rs_9', summary: [], ...writeProof('signature', 'EqQB==') },
      { ...call, id: 'fc_req_1_1' },
      output,
    ],
  });
  assert.deepEqual(JSON.parse(JSON.stringify(edits)), [{ member: 'input', value: [user, call, output] }]);
  assert.equal(new Set(warnings).size, 1);
});

test('an effort that the provider does not support becomes the nearest; the other fields of `reasoning` stay', () => {
  const { edits, warnings } = relay(
    { model: 'gpt-6-sol', input: 'Hi', reasoning: { effort: 'xhigh', summary: 'auto' } },
    { reasoningEfforts: ['low', 'high'] },
  );
  assert.deepEqual(edits, [{ member: 'reasoning', value: { effort: 'high', summary: 'auto' } }]);
  assert.equal(warnings.length, 1);
});

test('a thinking budget, which OpenAI does not know, is requested as the nearest effort', () => {
  const reasoningOf = (reasoning: JsonObject, quirks: Quirks) => {
    const { edits, warnings } = relay({ model: 'gpt-6-sol', input: 'Hi', reasoning }, quirks);
    return [edits.find(({ member }) => member === 'reasoning')?.value, warnings.length];
  };
  const strict: Quirks = { refusesReasoningObject: true };
  const budget = { max_tokens: 3000, summary: 'auto' };
  assert.deepEqual(reasoningOf(budget, strict), [{ effort: 'low', summary: 'auto' }, 1]);
  assert.deepEqual(reasoningOf({ max_tokens: 0 }, strict), [{ effort: 'none' }, 1]);
  assert.deepEqual(reasoningOf({ effort: 'high', max_tokens: 9000 }, strict), [{ effort: 'high' }, 0]);
  assert.deepEqual(reasoningOf(budget, {}), [undefined, 0]);
});
