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

test('a limit that Conclave has set, and the provider’s own needs, are sent', () => {
  const body = { model: 'gpt-6-sol', input: 'Hi', user: 'me', max_output_tokens: 900 };
  const request = { ...readRequest(body), maxOutputTokens: 500 };
  const quirks: Quirks = { refuses: ['user'], extraBody: { enable_x: true } };
  const { edits } = relayRequest(body, request, { model: 'gpt-6-sol', quirks, stream: false });
  assert.deepEqual(edits, [
    { member: 'max_output_tokens', value: 500 },
    { member: 'user', value: undefined },
    { member: 'enable_x', value: true },
  ]);
});

test('a model that Conclave chose gets no sampling and no limit that it rejects; one that was named gets what was written', () => {
  const body = { model: 'auto', input: 'Hi', temperature: 0.2, max_output_tokens: 9_000 };
  const members = (chosen: boolean) =>
    relayRequest(body, readRequest(body), {
      model: 'gpt-6-sol',
      quirks: {},
      stream: false,
      maxOutputTokens: 4_000,
      ...(chosen && { chosen }),
    }).edits;
  assert.deepEqual(members(true), [
    { member: 'model', value: 'gpt-6-sol' },
    { member: 'max_output_tokens', value: 4_000 },
    { member: 'temperature', value: undefined },
  ]);
  assert.deepEqual(members(false), [{ member: 'model', value: 'gpt-6-sol' }]);
});

test('encrypted thoughts are not requested of a model that does not think; what else is included stays', () => {
  const included = (include: string[]) => {
    const body = { model: 'gpt-4.1', input: 'Hi', include };
    const target = { model: 'gpt-4.1', quirks: {}, stream: false, capabilities: { reasoning: false } };
    const { edits } = relayRequest(body, readRequest(body), target);
    return edits.map(({ member, value }) => [member, value]);
  };
  assert.deepEqual(included(['reasoning.encrypted_content', 'message.output_text.logprobs']), [
    ['include', ['message.output_text.logprobs']],
  ]);
  assert.deepEqual(included(['reasoning.encrypted_content']), [['include', undefined]]);
  assert.deepEqual(included(['message.output_text.logprobs']), []);
});

test('the functions of a model that Conclave chose get a schema that it accepts; other tools stay as they are', () => {
  const union = { anyOf: [{ type: 'object', properties: { city: { type: 'string' } } }] };
  const tools = [{ type: 'web_search' }, { type: 'function', name: 'f', parameters: union, strict: false }];
  const body = { model: 'auto', input: 'Hi', tools };
  const toolsFor = (chosen: boolean) =>
    relayRequest(body, readRequest(body), {
      model: 'gpt-6-sol',
      quirks: {},
      stream: false,
      ...(chosen && { chosen }),
    }).edits.find(({ member }) => member === 'tools')?.value;
  const [search, called] = (toolsFor(true) ?? []) as { parameters?: { type?: string; anyOf?: unknown } }[];
  assert.deepEqual(search, { type: 'web_search' });
  assert.deepEqual([called?.parameters?.type, called?.parameters?.anyOf], ['object', undefined]);
  assert.equal(toolsFor(false), undefined);

  const namespace = { type: 'namespace', name: 'n', tools: [...tools, { type: 'custom', name: 'c' }] };
  const declared = { type: 'additional_tools', role: 'developer', tools: [namespace] };
  const plain = { type: 'message', role: 'user', content: 'Hi' };
  const conversation = { model: 'auto', input: [declared, plain], tools: [namespace] };
  const editsFor = (chosen: true | undefined) =>
    relayRequest(conversation, readRequest(conversation), {
      model: 'gpt-6-sol',
      quirks: {},
      stream: false,
      ...(chosen && { chosen }),
    }).edits.filter(({ member }) => member !== 'model');
  const accepted = { ...namespace, tools: [search, called, namespace.tools[2]] };
  assert.deepEqual(editsFor(true), [
    { member: 'input', value: [{ ...declared, tools: [accepted] }, plain] },
    { member: 'tools', value: [accepted] },
  ]);
  assert.deepEqual(editsFor(undefined), []);
});

test('OpenAI gets as text what another maker’s model told an agent, and as it came what its own has sealed', () => {
  const told = (words: string) => ({
    type: 'agent_message',
    author: '/root',
    content: [
      { type: 'input_text', text: 'Payload:' },
      { type: 'encrypted_content', encrypted_content: words },
    ],
  });
  const sealed = told(`gAAAAABo${'x-_3'.repeat(30)}==`);
  const { edits } = relay({ model: 'gpt-6-sol', input: [told('Say hello.'), sealed] });
  const [heading] = told('').content;
  const open = { ...told(''), content: [heading, { type: 'input_text', text: 'Say hello.' }] };
  assert.deepEqual(edits, [{ member: 'input', value: [open, sealed] }]);
  assert.deepEqual(relay({ model: 'gpt-6-sol', input: [sealed] }).edits, []);
});
