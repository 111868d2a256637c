import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectedReplies } from '../../../test/support/recorded-replies.ts';
import { recordedTest } from '../../../test/support/test-data.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { readRequest } from './read-request.ts';
import { relayRequest } from './relay-request.ts';

const plain: JsonObject = { model: 'lab-1', messages: [{ role: 'user', content: 'Hi' }] };

function relay(change: JsonObject, quirks: Quirks = {}, model = 'lab-1') {
  const body = { ...plain, ...change };
  const request = readRequest(body);
  const { edits, warnings } = relayRequest(body, request, { model, quirks, stream: request.stream });
  return { edits: Object.fromEntries(edits.map(({ member, value }) => [member, value])), warnings };
}

test('a body that needs no change keeps its bytes', () => {
  assert.deepEqual(relay({ max_tokens: 5, temperature: 3, invented: true }), { edits: {}, warnings: [] });
});

test('the model’s name becomes the provider’s, and a stream requests its usage', () => {
  assert.deepEqual(relay({ model: 'alias' }).edits, { model: 'lab-1' });
  assert.deepEqual(relay({ stream: true }).edits, { stream_options: { include_usage: true } });
  assert.deepEqual(relay({ stream: true, stream_options: { include_usage: true } }).edits, {});
  assert.deepEqual(relay({ stream: true, stream_options: { include_obfuscation: false } }).edits, {
    stream_options: { include_obfuscation: false, include_usage: true },
  });
  assert.deepEqual(relay({ stream: true }, { streamUsage: false }).edits, {});
});

test('the output limit is sent under the provider’s name for it', () => {
  assert.deepEqual(relay({ max_completion_tokens: 9 }, { maxTokensField: 'max_tokens' }).edits, {
    max_completion_tokens: undefined,
    max_tokens: 9,
  });
  assert.deepEqual(relay({ max_tokens: 9 }, { maxTokensField: 'max_tokens' }).edits, {});
});

test('a thought that a client returns as Conclave sent it goes into the provider’s own field', () => {
  const quirks = { reasoningField: 'content', messageMembers: ['content', 'tool_calls'] } as const;
  const told = (message: JsonObject) => relay({ messages: [message] }, quirks).edits.messages;
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }], closed: true };
  assert.deepEqual(told({ role: 'assistant', content: '391', reasoning_content: 'Hm.' }), [
    { role: 'assistant', content: [thinking, { type: 'text', text: '391' }] },
  ]);
  const own = { role: 'assistant', content: [thinking, { type: 'text', text: '391' }] };
  assert.equal(told(own), undefined);
  assert.deepEqual(told({ ...own, reasoning_content: 'Hm.' }), [own]);
});

test('calls that share an id get each its own signature back', () => {
  const bare = { id: 'call_0', type: 'function', function: { name: 'look', arguments: '{}' } };
  const signed = (thought_signature: string) => ({
    ...bare,
    extra_content: { google: { thought_signature } },
  });
  const conversation = (...calls: JsonObject[]): JsonObject => ({
    ...plain,
    messages: [
      { role: 'user', content: 'Hi' },
      ...calls.flatMap((call) => [
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_0', content: 'ok' },
      ]),
    ],
  });
  const calls = ['CsMB0', 'CsMB1', 'CsMB2'].map(signed);
  const remembered = readRequest(conversation(...calls));
  const target = { model: 'gemini-2.5-pro', quirks: {}, stream: false };
  const { edits } = relayRequest(conversation(bare, bare, bare), remembered, target);
  const messages = objectsOf(edits.find(({ member }) => member === 'messages')?.value);
  assert.deepEqual(
    messages.flatMap(({ tool_calls }) => objectsOf(tool_calls)),
    calls,
  );
});

test('a signature beside a call that the client has lost comes back; beside another key’s call it is left out', () => {
  const bare = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } };
  const call = { ...bare, extra_content: { google: { thought_signature: 'CsMB' } } };
  const answered = (made: JsonObject): JsonObject => ({
    ...plain,
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', tool_calls: [made] },
      { role: 'tool', tool_call_id: 'c1', content: 'ok' },
    ],
  });
  const remembered = readRequest(answered(call));
  const sent = (made: JsonObject, more: Partial<WireTarget> = {}) => {
    const target = { model: 'gemini-3-pro', quirks: {}, stream: false, ...more };
    const { edits, warnings } = relayRequest(answered(made), remembered, target);
    return { messages: edits.find(({ member }) => member === 'messages')?.value, warnings };
  };
  assert.deepEqual(sent(call), { messages: undefined, warnings: [] });
  assert.deepEqual(objectsOf(sent(bare).messages)[1]?.tool_calls, [call]);
  const foreign = sent(call, { model: 'lab-1', opens: () => false });
  assert.deepEqual(objectsOf(foreign.messages)[1]?.tool_calls, [bare]);
  assert.match(foreign.warnings.join(), /only its own maker can read it/);
  assert.equal(sent(call, { opens: () => true }).messages, undefined);
});

test('the seed is sent under the provider’s name for it', () => {
  const quirks = { seedField: 'random_seed' } as const;
  assert.deepEqual(relay({ seed: 7 }, quirks).edits, { seed: undefined, random_seed: 7 });
  assert.deepEqual(relay({ seed: 7, random_seed: 8 }, quirks).edits, { seed: undefined });
  assert.deepEqual(relay({ seed: 7 }).edits, {});
});

test('the end user is sent under the provider’s name for it, in a form that it accepts', () => {
  const quirks = { userField: 'user_id' } as const;
  assert.deepEqual(relay({ user: 'u-1' }, quirks).edits, { user: undefined, user_id: 'u-1' });
  assert.match(String(relay({ user: 'a@example.org' }, quirks).edits.user_id), /^[0-9a-f]{64}$/);
  assert.deepEqual(relay({ user: 'u-1', user_id: 'u-2' }, quirks).edits, {});
  assert.deepEqual(relay({ user_id: 'u-2' }, quirks).edits, {});
  assert.deepEqual(relay({ user: 'a@example.org' }).edits, {});
});

test('a limit that Conclave has set is sent', () => {
  const request = { ...readRequest(plain), maxOutputTokens: 8192 };
  const { edits } = relayRequest(plain, request, { model: 'lab-1', quirks: {}, stream: false });
  assert.deepEqual(edits, [{ member: 'max_completion_tokens', value: 8192 }]);
});

test('a provider’s quirks change the fields that they concern, with a warning if something is lost', () => {
  const call = { id: 'call_abcdefghijkl', type: 'function', function: { name: 'f', arguments: '{}' } };
  const messages = [
    { role: 'developer', content: 'S' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: call.id, content: 'x' },
  ];
  assert.deepEqual(relay({ messages }, { systemRole: 'system', toolCallIdLength: 9 }).edits.messages, [
    { role: 'system', content: 'S' },
    { role: 'assistant', content: null, tool_calls: [{ ...call, id: 'defghijkl' }] },
    { role: 'tool', tool_call_id: 'defghijkl', content: 'x' },
  ]);
  assert.deepEqual(relay({ messages }).edits, {});

  const effort = relay({ reasoning_effort: 'minimal' }, { reasoningEfforts: ['low', 'high'] });
  assert.deepEqual([effort.edits, effort.warnings.length], [{ reasoning_effort: 'low' }, 1]);
  const choice = relay({ tool_choice: 'required' }, { forcedToolChoice: false });
  assert.deepEqual([choice.edits, choice.warnings.length], [{ tool_choice: 'auto' }, 1]);
  const refused = relay({ seed: 1 }, { refuses: ['seed'], extraBody: { safe_prompt: true } });
  assert.deepEqual([refused.edits, refused.warnings.length], [{ seed: undefined, safe_prompt: true }, 1]);
});

test('ids of calls are rewritten unless they are exactly letters and digits of the required number', () => {
  const messages = (...ids: readonly string[]): JsonObject[] => [
    { role: 'assistant', tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'f' } })) },
    ...ids.map((id) => ({ role: 'tool', tool_call_id: id, content: 'x' })),
  ];
  const rewritten = (...ids: readonly string[]) =>
    relay({ messages: messages(...ids) }, { toolCallIdLength: 9 }).edits.messages;
  assert.equal(rewritten('abcDEF123'), undefined);
  assert.deepEqual(rewritten('call_g1_1'), messages('00callg11'));
  assert.deepEqual(rewritten('abcDEF123', 'call_abcDEF123'), messages('abcDEF123', '2abcDEF12'));
});

test('a thought without an answer is left out, unless the provider continues it', () => {
  const asked = { role: 'user', content: 'Why?' };
  const thought = { role: 'assistant', content: '', reasoning_content: 'Hm.', tool_calls: [] };
  const { edits, warnings } = relay({ messages: [asked, thought, asked] });
  assert.deepEqual(edits, { messages: [asked, asked] });
  assert.match(warnings.join(), /Reasoning without an answer was left out/);
  for (const part of [
    { type: 'text', text: '' },
    { type: 'refusal', refusal: '' },
  ])
    assert.deepEqual(relay({ messages: [asked, { ...thought, content: [part] }, asked] }).edits, edits);
  assert.deepEqual(relay({ messages: [asked, thought] }), { edits: {}, warnings: [] });
  const { edits: never } = relay({ messages: [asked, thought] }, { continues: 'never' });
  assert.deepEqual(never, { messages: [asked] });
});

test('a last thought that the provider does not accept is left out with its empty message', () => {
  const asked = { role: 'user', content: 'Why?' };
  const plain = { role: 'assistant', content: '', refusal: '', reasoning_content: 'Hm.' };
  const claudes = { type: 'reasoning.text', text: 'Hm.', signature: 'Eq==', format: 'anthropic-claude-v1' };
  const signed = { role: 'assistant', content: null, reasoning_details: [claudes] };
  const members = { messageMembers: ['content', 'tool_calls'] };
  assert.deepEqual(relay({ messages: [asked, signed] }).edits, { messages: [asked] });
  assert.deepEqual(relay({ messages: [asked, plain] }, members).edits, { messages: [asked] });
  assert.deepEqual(relay({ messages: [asked, plain] }).edits, {});
  assert.deepEqual(relay({ messages: [asked, plain, asked] }).edits, { messages: [asked, asked] });
  // What the client itself sends empty is the client's affair.
  const empty = { role: 'assistant', content: '' };
  assert.deepEqual(relay({ messages: [asked, empty] }, members).edits, {});
});

test('a refusal is told once, however often the client says it, and an empty one not at all', () => {
  const refusal = 'I cannot.';
  const said = { type: 'refusal', refusal };
  const halves = ['I ', 'cannot.'];
  const told = { type: 'text', text: refusal };
  const turns: [JsonObject, JsonObject][] = [
    [{ content: refusal, refusal }, { content: refusal }],
    [{ content: [said], refusal }, { content: [told] }],
    [{ content: [said, { type: 'refusal', refusal: '' }] }, { content: [told] }],
    [{ content: [{ type: 'refusal', refusal: '' }] }, { content: '' }],
    [
      { content: halves.map((half) => ({ type: 'refusal', refusal: half })), refusal },
      { content: halves.map((half) => ({ type: 'text', text: half })) },
    ],
    [{ content: 'Well.', refusal }, { content: `Well.\n\n${refusal}` }],
  ];
  for (const [sent, received] of turns) {
    const { messages } = relay({ messages: [{ role: 'assistant', ...sent }] }).edits;
    assert.deepEqual(messages, [{ role: 'assistant', ...received }]);
  }
});

test('a strict provider receives from a returned answer only what it accepts, and thoughts in its own field', () => {
  const call = { id: 'call_abcd', type: 'function', function: { name: 'f', arguments: '{}' } };
  const google = { ...call, index: 0, extra_content: { google: { thought_signature: 'AA' } } };
  const told = { content: 'ok', refusal: null, annotations: [], reasoning_content: 'Hm.' };
  const messages = [
    { role: 'user', name: 'bob', content: 'x' },
    { role: 'assistant', ...told, tool_calls: [google] },
    { role: 'tool', tool_call_id: 'call_abcd', content: 'y' },
    { role: 'assistant', content: null, refusal: 'No.' },
  ];
  const members = ['content', 'tool_calls', 'tool_call_id'];
  const strict = relay({ messages }, { messageMembers: members });
  const user = { role: 'user', content: 'x' };
  const assistant = { role: 'assistant', content: 'ok', tool_calls: [call] };
  const tool = { role: 'tool', tool_call_id: 'call_abcd', content: 'y' };
  assert.deepEqual(strict.edits.messages, [user, assistant, tool, { role: 'assistant', content: 'No.' }]);
  assert.match(strict.warnings.join(), /"name" of a message was left out.*Reasoning of earlier turns/);
  const thinking = relay(
    { messages: messages.slice(1, 3) },
    { messageMembers: [...members, 'reasoning'], reasoningField: 'reasoning' },
  );
  assert.deepEqual(thinking.edits.messages, [{ ...assistant, reasoning: 'Hm.' }, tool]);
  assert.deepEqual(thinking.warnings, []);
  assert.deepEqual(relay({ messages: [user, assistant, tool] }, { messageMembers: members }).edits, {});
});

test('a message to continue is marked in a relayed request too, unless the client has marked it', () => {
  const user = { role: 'user', content: 'x' };
  const said = { role: 'assistant', content: 'Sure:' };
  const marked = { ...said, prefix: true };
  const relayed = (...messages: JsonObject[]) => relay({ messages }, { continues: 'prefix' }).edits;
  assert.deepEqual(relayed(user, said), { messages: [user, marked] });
  assert.deepEqual(relayed(user, marked), {});
  assert.deepEqual(relayed(user, said, user), {});
  const told = relay({ messages: [user, said] }, { continues: 'never' });
  assert.deepEqual(told.warnings.length, 1);
});

test('OpenRouter’s `reasoning` is sent as OpenAI’s effort to providers that reject it, and unchanged to others', () => {
  const strict: Quirks = { refusesReasoningObject: true };
  const wish = relay({ reasoning: { effort: 'high', exclude: true } }, strict);
  assert.deepEqual(wish.edits, { reasoning: undefined, reasoning_effort: 'high' });
  assert.match(wish.warnings.join(), /"reasoning.exclude" was left out/);
  assert.deepEqual(relay({ reasoning: { effort: 'high' } }, strict).warnings, []);
  const known: Quirks = { ...strict, reasoningEfforts: ['none', 'low', 'high'] };
  assert.deepEqual(relay({ reasoning: { enabled: false } }, known).edits, {
    reasoning: undefined,
    reasoning_effort: 'none',
  });
  assert.deepEqual(relay({ reasoning: { max_tokens: 2000 } }, strict).edits.reasoning_effort, 'low');
  // The provider of a gateway or of a user's own server may support more than is known here.
  for (const reasoning of [{ enabled: true }, { enabled: false }, { effort: 'high', exclude: true }])
    assert.deepEqual(relay({ reasoning }).edits, {});
});

/** A relayed call whose model Conclave chose. */
function relayChosen(change: JsonObject, model: string, limit?: number) {
  const body = { ...plain, ...change };
  const target: WireTarget = {
    model,
    quirks: {},
    stream: false,
    chosen: true,
    ...(limit && { maxOutputTokens: limit }),
  };
  const { edits, warnings } = relayRequest(body, readRequest(body), target);
  return { edits: Object.fromEntries(edits.map(({ member, value }) => [member, value])), warnings };
}

test('a model that Conclave chose gets no higher limit, no more stops and no sampling than it accepts', () => {
  const limited = relayChosen({ max_tokens: 9_000, user: 'me' }, 'lab-2', 4_000);
  assert.deepEqual(limited.edits, { model: 'lab-2', max_tokens: 4_000 });
  assert.equal(limited.warnings.length, 1);
  const asked = { stop: ['END'], temperature: 0.2, presence_penalty: 1, logprobs: true };
  const fitted = relayChosen(asked, 'gpt-5.1');
  assert.deepEqual(fitted.edits, {
    model: 'gpt-5.1',
    stop: undefined,
    temperature: undefined,
    presence_penalty: undefined,
    logprobs: undefined,
  });
  assert.deepEqual(relay({ ...asked, max_tokens: 9_000 }, {}, 'gpt-5.1').edits, { model: 'gpt-5.1' });
});

test('functions in the older field get a schema that the chosen model accepts as well', () => {
  const parameters = { anyOf: [{ type: 'object', properties: { at: { type: 'string' } } }] };
  const { edits } = relayChosen({ functions: [{ name: 'f', parameters }] }, 'gpt-5.1');
  const [called] = (edits.functions ?? []) as { parameters?: { type?: string; anyOf?: unknown } }[];
  assert.deepEqual([called?.parameters?.type, called?.parameters?.anyOf], ['object', undefined]);
});

test('an answer that cannot be streamed is asked for whole, without what belongs to streams', () => {
  const body = { ...plain, stream: true, stream_options: { include_usage: true } };
  const { edits } = relayRequest(body, readRequest(body), { model: 'lab-1', quirks: {}, stream: false });
  assert.deepEqual(edits, [
    { member: 'stream', value: undefined },
    { member: 'stream_options', value: undefined },
  ]);
});

test('a provider that rejects stream_options gets none', () => {
  const asked = { stream: true, stream_options: { include_usage: true } };
  assert.deepEqual(relay(asked, { streamUsage: false }).edits, { stream_options: undefined });
});

test('a forced call in the older field becomes a free choice where none can be forced', () => {
  const functions = [{ name: 'f', parameters: { type: 'object', properties: {} } }];
  const asked = { functions, function_call: { name: 'f' } };
  assert.deepEqual(relay(asked, { forcedToolChoice: false }).edits, { function_call: 'auto' });
});

test('a schema becomes an instruction if the provider supports no schemas', () => {
  const response_format = { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } };
  const { edits, warnings } = relay({ response_format }, { schemaMode: 'json-object' });
  assert.deepEqual(edits.response_format, { type: 'json_object' });
  assert.match(JSON.stringify(edits.messages), /JSON Schema/);
  assert.equal(warnings.length, 1);
  assert.deepEqual(
    relay({ response_format: { type: 'json_object' } }, { schemaMode: 'json-object' }).edits,
    {},
  );
});

recordedTest('every recorded request is relayed to its own model without a change but for usage', () => {
  for (const { id, request: body } of collectedReplies('openai-chat')) {
    if (!body) continue;
    const request = readRequest(body);
    const { edits } = relayRequest(body, request, {
      model: request.model,
      quirks: {},
      stream: request.stream,
    });
    const members = edits.map(({ member }) => member).filter((member) => member !== 'stream_options');
    assert.deepEqual([id, members], [id, []]);
  }
});

test('other providers’ thinking switches become an effort if the provider rejects them, and are otherwise unchanged', () => {
  const thinking = { type: 'disabled' };
  assert.deepEqual(relay({ thinking }, { refusesReasoningObject: true, reasoningEfforts: ['none'] }).edits, {
    thinking: undefined,
    reasoning_effort: 'none',
  });
  assert.deepEqual(relay({ thinking }).edits, {});
  assert.deepEqual(
    { thinking, ...relay({ thinking }, { thinkingSwitch: 'thinking' }).edits }.thinking,
    thinking,
  );
});

const cache_control = { type: 'ephemeral' };
const marked = (role: string, text: string) => ({ role, content: [{ type: 'text', text, cache_control }] });

test('a provider that accepts only plain text gets no cache marks, and the caller is warned', () => {
  const result = { ...marked('tool', 'a'), tool_call_id: 'c' };
  const { edits, warnings } = relay({ messages: [result] }, { plainContent: true });
  assert.deepEqual(edits.messages, [{ ...result, content: 'a' }]);
  assert.match(warnings.join(), /Marks for prompt caching were left out/);
  assert.deepEqual(relay({ messages: [result] }, { plainContent: true, cacheControl: true }).edits, {});
});

test('a tool that loses its cache mark keeps the schema that the chosen model accepts', () => {
  const parameters = { type: 'object', anyOf: [{ properties: { at: { type: 'string' } } }] };
  const tools = [{ type: 'function', function: { name: 'a', parameters }, cache_control }];
  const body = { ...plain, tools, messages: ['1', '2', '3', '4'].map((text) => marked('user', text)) };
  const { edits } = relayRequest(body, readRequest(body), {
    model: 'anthropic/claude-sonnet-4.5',
    quirks: { cacheControl: true },
    stream: false,
    chosen: true,
  });
  const sent = JSON.stringify(edits.find(({ member }) => member === 'tools')?.value);
  assert.doesNotMatch(sent, /cache_control|"anyOf"/);
});

test('Claude gets the last four cache marks, also from a provider that relays them', () => {
  const tools: JsonObject[] = [
    { type: 'function', function: { name: 'a', parameters: {} }, cache_control },
    { type: 'function', function: { name: 'b', parameters: {} } },
  ];
  const messages = ['1', '2', '3', '4', '5'].map((text) => marked('user', text));
  const { edits, warnings } = relay(
    { tools, messages },
    { cacheControl: true },
    'anthropic/claude-sonnet-4.5',
  );
  assert.deepEqual(JSON.stringify(edits.tools).match(/cache_control/g), null);
  assert.deepEqual(edits.messages, [
    { role: 'user', content: [{ type: 'text', text: '1' }] },
    ...messages.slice(1),
  ]);
  assert.match(warnings.join(), /Of 6 cache marks the last 4 were sent/);
  const whole = ['1', '2', '3', '4', '5'].map((content) => ({ role: 'user', content, cache_control }));
  const { edits: last, warnings: told } = relay(
    { messages: [...whole, marked('user', '6')] },
    { cacheControl: true },
    'anthropic/claude-sonnet-4.5',
  );
  assert.deepEqual(last.messages, [
    { role: 'user', content: '1' },
    { role: 'user', content: '2' },
    ...whole.slice(2),
    marked('user', '6'),
  ]);
  assert.match(told.join(), /Of 6 cache marks the last 4 were sent/);
  const { edits: few } = relay({ messages: messages.slice(1) }, { cacheControl: true }, 'claude-sonnet-4-5');
  assert.deepEqual(few.messages, undefined);
  assert.deepEqual(relay({ messages }, { cacheControl: true }).edits, {});
});
