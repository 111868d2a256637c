import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import type { ContentPart, Message } from '../../../core/wire/content.ts';
import anthropicMessages from '../../../dialects/anthropic-messages/index.ts';
import { sealSignature } from '../../../dialects/makers/gemini-signatures.ts';
import openaiResponses from '../../../dialects/openai-responses/index.ts';
import type { CallingTurn } from './calling-turn.ts';
import { restoredIn } from './restored-in.ts';
import { turnThoughts } from './turn-thoughts.ts';

const claude = candidate('anthropic/claude', { portableThoughts: true });
const thought = (signature: string, text = 'Hm.'): CallingTurn['thoughts'][number] => ({
  type: 'reasoning',
  text,
  signature,
});
const question = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const turn = (id: string, proof = `proof of ${id}`): CallingTurn => ({
  before: [question('x')],
  calls: [{ id, name: 'f', arguments: '{}' }],
  thoughts: [thought(proof)],
  dialect: 'anthropic-messages',
  candidate: claude,
});
const asking = (id: string, ...before: ContentPart[]) => ({
  model: 'm',
  stream: false,
  messages: [
    question('x'),
    { role: 'assistant', content: [...before, { type: 'tool-call', id, name: 'f', arguments: '{}' }] },
  ] satisfies Message[],
});
const reader = { candidate: claude, dialect: anthropicMessages } as const;

function proofsIn({ messages }: { readonly messages: readonly Message[] }): string[] {
  return messages.flatMap(({ content }) =>
    content.flatMap((part) => (part.type === 'reasoning' ? (part.signature ?? part.text) : [])),
  );
}

test('a call that comes back without its reasoning gets it restored, but only for the key that received it', () => {
  const thoughts = turnThoughts(() => 0);
  thoughts.remember(turn('a'), 'key-1');
  assert.deepEqual(proofsIn(thoughts.restored(asking('a'), 'key-1', reader)), ['proof of a']);
  for (const [id, key] of [
    ['a', 'key-2'],
    ['b', 'key-1'],
  ] as const) {
    const request = asking(id);
    assert.equal(thoughts.restored(request, key, reader), request);
  }
});

test('an id that a provider reuses in every conversation restores no reasoning of another conversation', () => {
  const thoughts = turnThoughts(() => 0);
  const calls = (args: string) => [{ id: 'call_0', name: 'f', arguments: args }];
  const requestOf = (...messages: Message[]) => ({ model: 'm', stream: false, messages });
  const called = (args: string): Message => ({
    role: 'assistant',
    content: calls(args).map((call) => ({ type: 'tool-call', ...call })),
  });
  const after = (text: string, args: string, proof: string) => ({
    ...turn('call_0', proof),
    before: [question(text)],
    calls: calls(args),
  });
  thoughts.remember(after('Alice', '{}', 'of Alice'), 'k');
  thoughts.remember(after('Bob', '{"a":1,"b":2}', 'of Bob'), 'k');
  const restored = (...messages: Message[]) =>
    proofsIn(thoughts.restored(requestOf(...messages), 'k', reader));
  assert.deepEqual(restored(question('Alice'), called('{}')), ['of Alice']);
  assert.deepEqual(
    restored(question('Bob'), called('{"b": 2, "a": 1}')),
    ['of Bob'],
    'its JSON serialised again',
  );
  assert.deepEqual(restored(question('Bob'), called('{"a":1}')), []);
  assert.deepEqual(restored(question('Carol'), called('{}')), []);
  assert.deepEqual(restored({ role: 'system', content: [] }, question('Alice'), called('{}')), []);

  // Two turns of one conversation with the same id.
  const result: Message = {
    role: 'user',
    content: [{ type: 'tool-result', callId: 'call_0', content: [], isError: false }],
  };
  const first = [question('Alice'), called('{}'), result];
  thoughts.remember({ ...turn('call_0', 'of Alice, later'), before: first, calls: calls('{}') }, 'k');
  assert.deepEqual(restored(...first, called('{}')), ['of Alice', 'of Alice, later']);
  thoughts.refused(requestOf(...first), 'k', { candidate: claude, kept: 'nothing' });
  assert.deepEqual(restored(...first, called('{}')), ['of Alice, later']);
});

test('keeps reasoning that the client sends back itself, unless it has lost its proof', () => {
  const thoughts = turnThoughts(() => 0);
  thoughts.remember(turn('a'), 'k');
  const own = asking('a', thought('its own'));
  assert.equal(thoughts.restored(own, 'k', reader), own);
  const { signature: _, ...bare } = thought('');
  assert.deepEqual(proofsIn(thoughts.restored(asking('a', bare), 'k', reader)), ['proof of a']);
});

test('restores no reasoning that the candidate cannot decrypt', () => {
  const thoughts = turnThoughts(() => 0);
  thoughts.remember(turn('a'), 'k');
  const elsewhere = { candidate: candidate('openai/gpt'), dialect: openaiResponses } as const;
  const request = asking('a');
  assert.equal(thoughts.restored(request, 'k', elsewhere), request);
});

test('restores nothing for a Claude that binds its reasoning to everything before it', () => {
  const thoughts = turnThoughts(() => 0);
  for (const [name, isRestored] of [
    ['claude-sonnet-5', true],
    ['claude-opus-5', true],
    ['claude-sonnet-4-5-20250929', true],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', true],
    ['claude-sonnet-5-5', false],
    ['claude-haiku-5-5', false],
    ['claude-haiku-5.5', false],
    ['claude-fable-5-1', false],
    ['claude-opus-6', false],
  ] as const) {
    const one = candidate(`anthropic/${name}`, { portableThoughts: true });
    thoughts.remember({ ...turn(name), candidate: one }, 'k');
    const again = thoughts.restored(asking(name), 'k', { ...reader, candidate: one });
    assert.equal(proofsIn(again).length > 0, isRestored, name);
  }
});

test('restores the latest reasoning since the last user message, at most 32 KiB', () => {
  const thoughts = turnThoughts(() => 0);
  const messages: Message[] = [question('x')];
  const go = (id: string, kibibytes: number) => {
    const call = { id, name: 'f', arguments: '{}' };
    const before = thought(id, 'x'.repeat(kibibytes * 1024));
    thoughts.remember({ ...turn(id), before: [...messages], calls: [call], thoughts: [before] }, 'k');
    messages.push({ role: 'assistant', content: [{ type: 'tool-call', ...call }] });
    messages.push({
      role: 'user',
      content: [{ type: 'tool-result', callId: id, content: [], isError: false }],
    });
  };
  const restored = () =>
    proofsIn(thoughts.restored({ model: 'm', stream: false, messages: [...messages] }, 'k', reader));
  for (const id of ['a', 'b', 'c', 'd']) go(id, 10);
  assert.deepEqual(restored(), ['b', 'c', 'd']);
  messages.push(question('And now?'));
  assert.deepEqual(restored(), []);
  go('e', 1);
  assert.deepEqual(restored(), ['e']);
});

test('of refused reasoning, the signatures of calls are the last that is forgotten', () => {
  const thoughts = turnThoughts(() => 0);
  const proof = sealSignature('sig', { at: 'call', callId: 'a' });
  const told = { type: 'reasoning', text: 'Hm.', field: 'reasoning_content' } as const;
  thoughts.remember({ ...turn('a'), thoughts: [told, thought(proof, '')] }, 'k');
  const request = asking('a');
  const left = () => thoughts.restored(request, 'k');
  const added = () => restoredIn(left().messages, request.messages);
  assert.deepEqual(proofsIn(left()), ['Hm.', proof]);
  assert.equal(added(), 'thoughts');
  thoughts.refused(request, 'k', { candidate: claude, kept: 'signatures' });
  assert.deepEqual(proofsIn(left()), [proof]);
  assert.equal(added(), 'signatures');
  thoughts.refused(request, 'k', { candidate: claude, kept: 'nothing' });
  assert.equal(left(), request);
  assert.equal(added(), 'nothing');
});

test('forgets reasoning after four hours, and the oldest if there is too much', () => {
  let now = 0;
  const thoughts = turnThoughts(() => now);
  const knows = (id: string) => proofsIn(thoughts.restored(asking(id), 'k', reader)).length > 0;
  thoughts.remember(turn('old'), 'k');
  now = 4 * 3_600_000 + 1;
  assert.equal(knows('old'), false);
  thoughts.remember(turn('new'), 'k');
  now = 1;
  assert.deepEqual(['old', 'new'].map(knows), [false, true], 'gone, and not only too old to be restored');

  for (let number = 0; number < 10_001; number += 1) thoughts.remember(turn(`n${number}`), 'k');
  assert.deepEqual(['n0', 'n1', 'n10000'].map(knows), [false, true, true]);

  const large = 'x'.repeat(32 * 1024 - 1);
  for (let number = 0; number < 1_025; number += 1) {
    thoughts.remember({ ...turn(`l${number}`), thoughts: [thought('p', large)] }, 'k');
  }
  assert.deepEqual(['n10000', 'l0', 'l1024'].map(knows), [false, false, true], 'not more than 32 MiB');
  thoughts.remember({ ...turn('huge'), thoughts: [thought('p', `${large}xx`)] }, 'k');
  assert.equal(knows('huge'), false);
});
