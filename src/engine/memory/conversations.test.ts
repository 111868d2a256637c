import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainCall } from '../../../test/support/plain-call.ts';
import type { CallReceipt } from '../../core/call.ts';
import { noUsage } from '../../core/money/usage.ts';
import anthropic from '../../dialects/anthropic-messages/index.ts';
import { conversations } from './conversations.ts';

const opening = [
  { role: 'user', content: 'Where shall we go?' },
  { role: 'assistant', content: 'North.' },
];
const summary = (text: string) => [
  {
    role: 'assistant',
    content: [
      { type: 'compaction', content: text },
      { type: 'text', text: 'On we go.' },
    ],
  },
  { role: 'user', content: 'And then?' },
];

function call(
  messages: { readonly role: string; readonly content: object[] | string }[],
  system = 'Plan trips.',
) {
  const body = JSON.parse(JSON.stringify({ model: 'auto', max_tokens: 9, system, messages }));
  return plainCall({ request: anthropic.readRequest(body) });
}

function remembering(asked: ReturnType<typeof call>) {
  const known = conversations(() => 1_000);
  const receipt: CallReceipt = {
    requestId: 'req_1',
    state: 'ok',
    model: 'lab/m',
    usage: noUsage,
    estimated: false,
    simulated: false,
    attempts: 1,
    warnings: [],
  };
  known.remember(asked, receipt, { task: undefined, prompt: 10, reportsWrites: true });
  return known;
}

test('a conversation is still known after its compaction, by its system prompt and its opening', () => {
  const known = remembering(call([...opening, { role: 'user', content: 'How far?' }]));
  assert.equal(known.of(call([...opening, ...summary('North it is.')]))?.model, 'lab/m');
  assert.equal(known.of(call([...opening, ...summary('North it is.')], 'Write code.')), undefined);
});

test('conversations whose clients leave out what was compacted are known by their summaries', () => {
  const known = remembering(call(summary('North it is.')));
  const later = [
    { role: 'assistant', content: 'Oslo.' },
    { role: 'user', content: 'Good.' },
  ];
  assert.equal(known.of(call([...summary('North it is.'), ...later]))?.model, 'lab/m');
  assert.equal(known.of(call([...summary('South it is.'), ...later])), undefined);
});
