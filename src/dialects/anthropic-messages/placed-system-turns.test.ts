import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { readRequest } from './read-request.ts';
import { relayRequest } from './relay-request.ts';

const question = { role: 'user', content: 'Hello' };
const told = { role: 'system', content: 'Be brief.' };
const low = { role: 'system', content: [], output_config: { effort: 'low' } };
const once = { ...low, content: 'Now.', clear_at: 'next_user_message' };
const addition = { type: 'tool_addition', tool: { type: 'tool_reference', name: 'late' } };
const words = { role: 'assistant', content: 'Hi.' };

/** What an answer may hold that is left out for Claude at an address other than Anthropic's. */
const lost: Record<string, JsonObject> = {
  'a thought behind which the answer broke off': {
    type: 'thinking',
    thinking: 'Hm.',
    signature: 'EqQBCkYIBxgC==',
  },
  'another model’s thought': { type: 'thinking', thinking: 'Hm.', signature: '' },
  'white space': { type: 'text', text: ' ' },
  'a failed compaction': { type: 'compaction', content: null },
};

function relayed(messages: JsonValue[], model = 'claude-opus-5-5'): JsonValue | undefined {
  const body = { model, max_tokens: 64, messages };
  const { edits } = relayRequest(body, readRequest(body), { model, quirks: {}, stream: false });
  return edits.find(({ member }) => member === 'messages')?.value;
}

test('system messages before an answer that is left out stand behind the user’s next messages', () => {
  for (const [what, block] of Object.entries(lost)) {
    const answer = { role: 'assistant', content: [block] };
    assert.deepEqual(
      relayed([question, told, answer, question, question, words, question, once]),
      [question, question, question, told, words, question, once],
      what,
    );
    assert.deepEqual(
      relayed([question, told, once, answer, question]),
      [question, question, told, low],
      what,
    );
  }
});

test('what was set before a summary stands behind the user’s next message if the answer was only that', () => {
  const summary = { type: 'compaction', content: 'Oslo.' };
  const text = { type: 'text', text: 'Summary of the conversation so far:\nOslo.\n\n' };
  const set = { role: 'system', content: [addition] };
  const begun = [question, set, { role: 'assistant', content: [summary] }];
  assert.deepEqual(relayed([...begun, question, words, question]), [
    { role: 'user', content: [text] },
    question,
    set,
    words,
    question,
  ]);
});

test('system messages that come to stand side by side are joined, those of their own turn or effort stay apart', () => {
  const answer = { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.', signature: '' }] };
  const also = { role: 'system', content: [{ type: 'text', text: 'In French.' }, addition] };
  assert.deepEqual(relayed([question, told, answer, question, also, words, question, told, low]), [
    question,
    question,
    { role: 'system', content: [{ type: 'text', text: 'Be brief.' }, ...also.content] },
    words,
    question,
    told,
    low,
  ]);
  assert.deepEqual(relayed([question, low, answer, question, told]), [question, question, low, told]);
  assert.deepEqual(relayed([question, told, answer, question, once]), [question, question, told, once]);
});

test('system messages that a client sent side by side stay apart, before and behind those that are moved', () => {
  const answer = { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.', signature: '' }] };
  const [before, behind] = [
    [question, told, told, words],
    [question, told, told],
  ];
  assert.deepEqual(relayed([...before, question, told, answer, question, told, words, ...behind]), [
    ...before,
    question,
    question,
    { role: 'system', content: [told, told].map(({ content }) => ({ type: 'text', text: content })) },
    words,
    ...behind,
  ]);
});

test('a client’s own order is kept where no answer is left out, and for models that are not Claude', () => {
  const thought = { type: 'thinking', thinking: 'Hm.', signature: '' };
  const answer = { role: 'assistant', content: [thought, { type: 'text', text: 'Hi.' }] };
  assert.deepEqual(relayed([question, answer, low, question, told, told]), [
    question,
    { role: 'assistant', content: [{ type: 'text', text: 'Hi.' }] },
    low,
    question,
    told,
    told,
  ]);
  const failed = { role: 'assistant', content: [{ type: 'compaction', content: null }] };
  assert.deepEqual(relayed([question, told, failed, question], 'kimi-k2'), [question, told, question]);
});
