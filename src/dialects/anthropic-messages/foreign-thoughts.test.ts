import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '../../core/json/json.ts';
import { sealReasoning } from '../reasoning/sealed-reasoning.ts';
import { thoughtEdits } from './foreign-thoughts.ts';

const own = { type: 'thinking', thinking: 'Hm.', signature: 'EqQBCkYIBxgC==' };
const gemini = {
  type: 'thinking',
  thinking: 'Hm.',
  signature: sealReasoning('google-generate', { thoughtSignature: 'Cs', at: 'thought' }),
};
const unsigned = { type: 'thinking', thinking: 'Hm.', signature: '' };
const call = { type: 'tool_use', id: 'call_1', name: 'f', input: {} };
const question = { role: 'user', content: 'Hello' };
const result = {
  role: 'user',
  content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'x' }],
};
const says = (...content: JsonValue[]) => ({ role: 'assistant', content });

function edited(messages: JsonValue[], { model = 'claude-sonnet-4-5', thinking = false } = {}) {
  const warnings: string[] = [];
  const body = {
    messages,
    ...(thinking && { thinking: { type: 'enabled', budget_tokens: 1024 } }),
  };
  const edits = thoughtEdits(body, { target: { model, quirks: {}, stream: false }, warnings });
  return { ...Object.fromEntries(edits.map(({ member, value }) => [member, value])), told: warnings.length };
}

test('a conversation with Claude alone is unchanged', () => {
  assert.deepEqual(edited([question, says(own, call), result], { thinking: true }), { told: 0 });
});

test('thoughts of other models are left out, and so is a message that held nothing else', () => {
  const text = { type: 'text', text: 'Hi.' };
  assert.deepEqual(edited([question, says(gemini, text), question, says(unsigned), question]), {
    messages: [question, says(text), question, question],
    told: 1,
  });
});

test('unsigned thoughts are sent back to providers that offer other models in this dialect', () => {
  const messages = [question, says(unsigned, call), result];
  assert.deepEqual(edited(messages, { model: 'deepseek-reasoner', thinking: true }), { told: 0 });
});

test('thinking is off while the tool call of another model is answered', () => {
  assert.deepEqual(edited([question, says(call), result], { thinking: true }), {
    thinking: undefined,
    told: 1,
  });
  assert.deepEqual(edited([question, says(call), result, says({ type: 'text', text: 'x' }), question]), {
    told: 0,
  });
});

test('white space before a call, as many models write it, is not sent back to Claude', () => {
  const blank = { type: 'text', text: '\n\n' };
  const words = { type: 'text', text: 'Looking.' };
  assert.deepEqual(edited([question, says(blank, call), result, says(blank), question]), {
    messages: [question, says(call), result, question],
    told: 1,
  });
  assert.deepEqual(edited([question, says(words, blank, words, call), result]), { told: 0 });
  assert.deepEqual(edited([question, says(blank, call), result], { model: 'deepseek-chat' }), { told: 0 });
});

test('an answer that broke off during its thinking is not sent back to Claude, which refuses it', () => {
  const blank = { type: 'text', text: '\n\n' };
  const words = { type: 'text', text: 'Looking.' };
  const redacted = { type: 'redacted_thinking', data: 'EmwKAhgB' };
  for (const [broken, told] of [
    [says(own), 1],
    [says(own, redacted), 1],
    [says(own, blank), 2],
  ] as const) {
    assert.deepEqual(edited([question, broken, question]), { messages: [question, question], told });
  }
  assert.deepEqual(edited([question, says(own, words, own), question]), {
    messages: [question, says(own, words), question],
    told: 1,
  });
  assert.deepEqual(edited([question, says(own), says(call), result]), { told: 0 });
  assert.deepEqual(edited([question, says(own), question], { model: 'kimi-k2' }), { told: 0 });
});

test('citations of another provider are not sent back to Claude, its own are', () => {
  const claudes = { type: 'web_search_result_location', url: 'https://a.example', encrypted_index: 'Eo8B' };
  const others = { type: 'web_search_result_location', url: 'https://b.example', encrypted_index: '' };
  const text = (citations?: JsonValue[]) => ({ type: 'text', text: 'Hi.', ...(citations && { citations }) });
  assert.deepEqual(edited([question, says(text([others, claudes]), text([others]), gemini), question]), {
    messages: [question, says(text([claudes]), text()), question],
    told: 2,
  });
  assert.deepEqual(edited([question, says(text([claudes])), question]), { told: 0 });
});
