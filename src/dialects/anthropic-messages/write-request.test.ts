import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentPart, Message } from '../../core/wire/content.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { joinedTurns } from '../../../test/support/joined-turns.ts';
import { collectedReplies } from '../../../test/support/recorded-replies.ts';
import { recordedTest } from '../../../test/support/test-data.ts';
import { readRequest } from './read-request.ts';
import { relayRequest } from './relay-request.ts';
import { writeRequest } from './write-request.ts';

const text = (words: string): ContentPart => ({ type: 'text', text: words });
const user = (...content: ContentPart[]): Message => ({ role: 'user', content });
const assistant = (...content: ContentPart[]): Message => ({ role: 'assistant', content });
const system = (words: string): Message => ({ role: 'system', content: [text(words)] });
const call = (id: string, args = '{}'): ContentPart => ({
  type: 'tool-call',
  id,
  name: 'look',
  arguments: args,
});
const result = (callId: string, words: string): ContentPart => ({
  type: 'tool-result',
  callId,
  content: [text(words)],
  isError: false,
});

function write(
  request: Partial<ModelRequest>,
  target: Partial<WireTarget> = {},
): { body: JsonObject; warnings: readonly string[] } {
  const { body, warnings } = writeRequest(
    { model: 'any', stream: false, messages: [user(text('Hello'))], maxOutputTokens: 100, ...request },
    { model: 'claude-sonnet-4-5', quirks: {}, stream: false, ...target },
  );
  // Through JSON, as the body is sent.
  return { body: JSON.parse(JSON.stringify(body)) as JsonObject, warnings };
}

const tools = [{ name: 'look', inputSchema: { type: 'object' } }];
const old = { model: 'claude-3-5-haiku-20241022' };
const opus48 = { model: 'claude-opus-4-8' };

test('a plain request is small', () => {
  assert.deepEqual(write({ messages: [system('Be brief.'), user(text('Hello'))] }), {
    body: {
      model: 'claude-sonnet-4-5',
      max_tokens: 100,
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'Hello' }],
    },
    warnings: [],
  });
});

test('the output limit that Anthropic requires comes from the client, the model or the provider, in that order', () => {
  const limit = (asked: number | undefined, target: Partial<WireTarget>) => {
    const { body, warnings } = write({ maxOutputTokens: asked }, target);
    return [body.max_tokens, warnings.length];
  };
  assert.deepEqual(limit(50, { maxOutputTokens: 8000 }), [50, 0]);
  assert.deepEqual(limit(9000, { maxOutputTokens: 8000 }), [8000, 1]);
  assert.deepEqual(limit(undefined, { maxOutputTokens: 8000, quirks: { defaultMaxTokens: 7 } }), [8000, 0]);
  assert.deepEqual(limit(undefined, { quirks: { defaultMaxTokens: 7000 } }), [7000, 1]);
  assert.deepEqual(limit(undefined, {}), [64_000, 0]);
  assert.deepEqual(limit(undefined, { model: 'claude-opus-4-6' }), [64_000, 1]);
  assert.deepEqual(limit(undefined, { model: 'claude-sonnet-4-20250514' }), [32_000, 1]);
  assert.deepEqual(limit(undefined, { model: 'claude-3-opus-20240229' }), [4096, 0]);
  assert.deepEqual(limit(undefined, { model: 'minimax-m2' }), [4096, 1]);
});

test('consecutive messages of one role become one turn, with tool results first and acceptable call ids', () => {
  const { body } = write({
    tools,
    messages: [
      user(text('One')),
      user(text('Two')),
      assistant(text('Looking.'), call('call:1|a')),
      assistant(call('call_1_a', '{"at":"sky"}')),
      user(text('And?')),
      user(result('call:1|a', 'blue'), result('call_1_a', 'grey')),
    ],
  });
  assert.deepEqual(body.messages, [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'One' },
        { type: 'text', text: 'Two' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Looking.' },
        { type: 'tool_use', id: 'call_1_a', name: 'look', input: {} },
        { type: 'tool_use', id: 'call_1_a_2', name: 'look', input: { at: 'sky' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'call_1_a', content: 'blue' },
        { type: 'tool_result', tool_use_id: 'call_1_a_2', content: 'grey' },
        { type: 'text', text: 'And?' },
      ],
    },
  ]);
});

test('arguments that are not a JSON object are sent as they were written, with a warning', () => {
  const { body, warnings } = write({
    messages: [user(text('Go')), assistant(call('a', '{"at":')), user(result('a', 'x'))],
  });
  const [, turn] = body.messages as { content: JsonObject[] }[];
  assert.deepEqual(turn?.content[0]?.input, { arguments: '{"at":' });
  assert.equal(warnings.length, 1);
});

test('text of white space alone is left out, and white space between words stays', () => {
  const { body } = write({
    tools,
    messages: [
      system(' '),
      user(text('Go')),
      assistant(text('\n\n'), call('a')),
      user(result('a', '\n')),
      user(text('\n')),
      assistant(text('One'), text('\n'), text('Two')),
      user(text('And?')),
    ],
  });
  assert.equal(body.system, undefined);
  assert.deepEqual(body.messages, [
    { role: 'user', content: 'Go' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'look', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a' }] },
    { role: 'assistant', content: ['One', '\n', 'Two'].map((words) => ({ type: 'text', text: words })) },
    { role: 'user', content: 'And?' },
  ]);
});

test('a conversation is completed with the turns that Anthropic requires', () => {
  const roles = (messages: Message[], target: Partial<WireTarget> = {}) => {
    const { body, warnings } = write({ messages }, target);
    return [(body.messages as { role: string }[]).map(({ role }) => role).join(' '), warnings.length];
  };
  assert.deepEqual(roles([assistant(text('Hi')), user(text('Hello'))]), ['user assistant user', 1]);
  assert.deepEqual(roles([system('Say hello.')]), ['user', 1]);
  assert.deepEqual(roles([user(text('Begin')), assistant(text('I beg '))]), ['user assistant', 0]);
  assert.deepEqual(roles([user(text('Begin')), assistant(text('I beg '))], opus48), [
    'user assistant user',
    1,
  ]);
  assert.deepEqual(roles([user(text('')), user(text('x'))]), ['user', 0]);
  const { body } = write({ messages: [user(text('Begin')), assistant(text('I beg \n'))] });
  assert.deepEqual((body.messages as JsonObject[]).at(-1), { role: 'assistant', content: 'I beg' });
});

test('an answer to be continued ends neither in a thought nor in white space, whichever comes last', () => {
  const thought: ContentPart = { type: 'reasoning', text: 'Hm.', signature: 'Eq==' };
  for (const [answer, sent, told] of [
    [[text('I '), thought, text('\n')], 'I', 1],
    [[text('I '), text('\n')], 'I', 0],
    [[text('I '), text('\n'), thought], 'I', 1],
  ] as const) {
    const { body, warnings } = write({ messages: [user(text('Begin')), assistant(...answer)] });
    assert.deepEqual((body.messages as JsonObject[]).at(-1), { role: 'assistant', content: sent });
    assert.equal(warnings.length, told);
  }
});

test('a later system message stays in its place if the model accepts one there, otherwise it moves to the top', () => {
  const messages = [system('A'), user(text('1')), assistant(text('2')), system('B'), user(text('3'))];
  const before = write({ messages });
  assert.deepEqual(before.body.system, [
    { type: 'text', text: 'A' },
    { type: 'text', text: 'B' },
  ]);
  assert.equal(before.warnings.length, 1);
  const { body, warnings } = write({ messages }, opus48);
  assert.equal(body.system, 'A');
  assert.deepEqual(
    (body.messages as { role: string }[]).map(({ role }) => role),
    ['user', 'assistant', 'user', 'system'],
  );
  assert.deepEqual(warnings, []);
});

test('a system message before an answer that was nothing but thoughts stands behind the user’s next message', () => {
  const thought: ContentPart = { type: 'reasoning', text: 'Hm.', signature: 'Eq==' };
  const begun = [user(text('1')), system('A'), assistant(thought)];
  const turnsOf = (...more: Message[]) => {
    const { messages } = write({ messages: [...begun, ...more] }, opus48).body;
    return (messages as JsonObject[]).map(({ role, content }) => [role, content]);
  };
  const joined = ['1', '2'].map((words) => ({ type: 'text', text: words }));
  assert.deepEqual(turnsOf(user(text('2'))), [
    ['user', joined],
    ['system', 'A'],
  ]);
  assert.deepEqual(turnsOf(system('B'), user(text('2')), assistant(text('3')), user(text('4'))), [
    ['user', joined],
    ['system', ['A', 'B'].map((words) => ({ type: 'text', text: words }))],
    ['assistant', '3'],
    ['user', '4'],
  ]);
});

test('images, documents and cache hints are supported; a foreign file and audio are not', () => {
  const { body, warnings } = write({
    messages: [
      user(
        { type: 'text', text: 'Look', cache: { ttl: '1h' } },
        { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' }, detail: 'low' },
        { type: 'document', source: { kind: 'base64', mediaType: 'text/csv', data: 'YSxi' }, title: 'T' },
        { type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' } },
      ),
    ],
  });
  assert.deepEqual((body.messages as { content: unknown }[])[0]?.content, [
    { type: 'text', text: 'Look', cache_control: { type: 'ephemeral', ttl: '1h' } },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a,b' }, title: 'T' },
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } },
  ]);
  assert.equal(warnings.length, 1);
  const refused: ContentPart[] = [
    { type: 'audio', source: { kind: 'url', url: 'https://example.org/a.wav' } },
    { type: 'image', source: { kind: 'file', fileId: 'f', dialect: 'openai-chat' } },
    { type: 'document', source: { kind: 'base64', mediaType: 'application/zip', data: 'UEs=' } },
    { type: 'opaque', dialect: 'openai-chat', value: { type: 'input_thing' } },
  ];
  for (const part of refused) assert.throws(() => write({ messages: [user(part)] }), { code: 'unsupported' });
});

test('thoughts return to Anthropic with their signature, and those of other models are left out', () => {
  const { body, warnings } = write({
    messages: [
      user(text('Go')),
      assistant(
        { type: 'reasoning', text: 'Mine', signature: 'Eq==' },
        { type: 'reasoning', text: '', redacted: 'Em==' },
        { type: 'reasoning', text: 'Unsigned' },
        { type: 'reasoning', text: 'Theirs', signature: 'openai-chat:{}' },
        { type: 'opaque', dialect: 'openai-responses', value: { type: 'web_search_call' } },
        text('Gone'),
      ),
      user(text('On')),
    ],
  });
  assert.deepEqual((body.messages as { content: unknown }[])[1]?.content, [
    { type: 'thinking', thinking: 'Mine', signature: 'Eq==' },
    { type: 'redacted_thinking', data: 'Em==' },
    { type: 'text', text: 'Gone' },
  ]);
  assert.equal(warnings.length, 2);
});

test('thinking is requested in the form of the model’s generation', () => {
  const asked = (reasoning: ModelRequest['reasoning'], model: string, more: Partial<ModelRequest> = {}) => {
    const { body, warnings } = write({ reasoning, maxOutputTokens: 10_000, ...more }, { model });
    return [body.thinking, body.output_config, warnings.length];
  };
  const [haiku45, sonnet46, opus47] = ['claude-haiku-4-5', 'claude-sonnet-4-6', 'claude-opus-4-7'];
  assert.deepEqual(asked({ effort: 'medium' }, haiku45), [
    { type: 'enabled', budget_tokens: 5000 },
    undefined,
    0,
  ]);
  assert.deepEqual(asked({ budgetTokens: 20 }, haiku45), [
    { type: 'enabled', budget_tokens: 1024 },
    undefined,
    0,
  ]);
  assert.deepEqual(asked({ budgetTokens: 99_999 }, sonnet46), [
    { type: 'enabled', budget_tokens: 9999 },
    undefined,
    0,
  ]);
  assert.deepEqual(asked({ effort: 'xhigh' }, sonnet46), [{ type: 'adaptive' }, { effort: 'high' }, 1]);
  assert.deepEqual(asked({ effort: 'xhigh', visible: true }, opus47), [
    { type: 'adaptive', display: 'summarized' },
    { effort: 'xhigh' },
    0,
  ]);
  assert.deepEqual(asked({ budgetTokens: 30_000 }, opus47), [{ type: 'adaptive' }, { effort: 'high' }, 1]);
  assert.deepEqual(asked({ effort: 'none' }, haiku45), [undefined, undefined, 0]);
  assert.deepEqual(asked({ effort: 'none' }, 'claude-opus-5'), [{ type: 'disabled' }, undefined, 0]);
  assert.deepEqual(asked({ effort: 'none' }, 'claude-fable-5-1'), [undefined, { effort: 'low' }, 1]);
  assert.deepEqual(asked({ effort: 'low' }, opus47, { origin: 'anthropic-messages' }), [
    undefined,
    { effort: 'low' },
    0,
  ]);
});

test('what a model says between tool calls is requested for clients that cannot ask for it', () => {
  const asked = (model: string, more: Partial<ModelRequest>) =>
    write({ origin: 'openai-chat', tools, ...more }, { model }).body.thinking;
  const shown = { type: 'adaptive', display: 'summarized' };
  for (const model of ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-fable-5-1', 'claude-opus-5'])
    for (const origin of ['openai-chat', 'openai-responses'] as const) {
      assert.deepEqual(asked(model, { origin }), shown, `${model} ${origin}`);
      assert.deepEqual(asked(model, { origin, reasoning: { effort: 'high' } }), shown, `${model} ${origin}`);
    }
  const opus55 = 'claude-opus-5-5';
  assert.deepEqual(asked(opus55, { reasoning: { effort: 'none' } }), shown);
  assert.deepEqual(asked('claude-sonnet-5-5', { reasoning: { effort: 'none' } }), { type: 'between_tools' });
  assert.deepEqual(asked(opus55, { reasoning: { effort: 'high', visible: false } }), {
    type: 'adaptive',
    display: 'omitted',
  });
  assert.equal(asked(opus55, { tools: [] }), undefined);
  assert.equal(asked(opus55, { origin: 'anthropic-messages' }), undefined);
  assert.equal(asked('claude-opus-4-8', {}), undefined);
  assert.equal(asked('claude-opus-5', { toolChoice: { type: 'required' } }), undefined);
});

test('thoughts that a client of Chat Completions requests, and pays for, are readable', () => {
  const asked = (origin: ModelRequest['origin']) =>
    write({ origin, reasoning: { effort: 'low' } }, { model: 'claude-opus-4-7' }).body.thinking;
  assert.deepEqual(asked('openai-chat'), { type: 'adaptive', display: 'summarized' });
  assert.deepEqual(asked('openai-responses'), { type: 'adaptive' });
});

test('thinking is left out if the model would reject it, with a warning', () => {
  const thinking = (more: Partial<ModelRequest>) => {
    const { body, warnings } = write({
      reasoning: { effort: 'high' },
      maxOutputTokens: 9000,
      tools,
      ...more,
    });
    return [body.thinking !== undefined, warnings.length];
  };
  assert.deepEqual(thinking({}), [true, 0]);
  assert.deepEqual(thinking({ toolChoice: { type: 'required' } }), [false, 1]);
  assert.deepEqual(thinking({ maxOutputTokens: 500 }), [false, 1]);
  const signed: ContentPart = {
    type: 'reasoning',
    text: 'x',
    signature: 'Eq==',
  };
  assert.deepEqual(
    thinking({ messages: [user(text('a')), assistant(signed, call('c')), user(result('c', 'b'))] }),
    [true, 0],
  );
  assert.deepEqual(thinking({ messages: [user(text('a')), assistant(call('c')), user(result('c', 'b'))] }), [
    false,
    1,
  ]);
});

test('sampling settings that the model rejects are left out and named', () => {
  const sampling = (request: Partial<ModelRequest>, model: string) => {
    const { body, warnings } = write(request, { model });
    return [body.temperature, body.top_p, body.top_k, warnings.length];
  };
  const all = { temperature: 1.4, topP: 0.9, topK: 5, seed: 1 };
  assert.deepEqual(sampling(all, 'claude-3-opus-20240229'), [1, 0.9, 5, 2]);
  assert.deepEqual(sampling(all, 'claude-sonnet-4-5'), [1, undefined, 5, 3]);
  assert.deepEqual(sampling(all, 'claude-opus-4-7'), [undefined, undefined, undefined, 4]);
  assert.deepEqual(sampling({ temperature: 1 }, 'claude-opus-4-7'), [undefined, undefined, undefined, 0]);
});

test('a JSON schema is sent natively if the model supports it, otherwise as a tool that must be called', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 3 } }, required: ['n'] };
  const output = { type: 'json-schema', name: 'count', schema } as const;
  const native = write({ output });
  assert.deepEqual(native.body.output_config, {
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: { n: { type: 'integer', description: '(minimum: 3)' } },
        required: ['n'],
        additionalProperties: false,
      },
    },
  });
  assert.equal(native.warnings.length, 1);
  const forced = write({ output, reasoning: { effort: 'high' }, maxOutputTokens: 9000 }, old);
  const once = { type: 'tool', name: 'conclave_answer', disable_parallel_tool_use: true };
  assert.deepEqual(forced.body.tool_choice, once);
  assert.deepEqual((forced.body.tools as JsonObject[])[0]?.input_schema, schema);
  assert.equal(forced.body.thinking, undefined);
  const beside = write({ output, tools }, old);
  assert.deepEqual(beside.body.tool_choice, { type: 'any' });
  assert.equal((beside.body.tools as JsonObject[]).length, 2);
  const free = {
    type: 'json-schema',
    schema: { type: 'object', additionalProperties: { type: 'string' } },
  } as const;
  assert.deepEqual(write({ output: free }).body.tool_choice, once);
  assert.deepEqual(
    write({ output: { type: 'json' } }).body.system,
    'Answer with one JSON object and nothing else.',
  );
});

test('a recursive schema, which Claude cannot enforce, becomes a tool for the answer and a tool without "strict"', () => {
  const recursive: JsonObject = {
    type: 'object',
    properties: { next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
    required: ['next'],
    additionalProperties: false,
  };
  const answer = write({ output: { type: 'json-schema', schema: recursive } });
  assert.equal(answer.body.output_config, undefined);
  assert.deepEqual(answer.body.tool_choice, {
    type: 'tool',
    name: 'conclave_answer',
    disable_parallel_tool_use: true,
  });
  assert.deepEqual((answer.body.tools as JsonObject[])[0]?.input_schema, recursive);
  const offered = write({ tools: [{ name: 'walk', inputSchema: recursive, strict: true }] });
  assert.deepEqual(offered.body.tools, [{ name: 'walk', input_schema: recursive }]);
  assert.match(offered.warnings.join(), /"walk" was offered without "strict"/);
});

test('tools and their choice keep their meaning', () => {
  const strict = {
    name: 'look',
    description: 'Looks',
    inputSchema: { properties: { at: { type: 'string' } } },
    strict: true,
  };
  const { body } = write({ tools: [strict], toolChoice: { type: 'required' }, parallelTools: false });
  assert.deepEqual(body.tools, [
    {
      name: 'look',
      description: 'Looks',
      input_schema: { type: 'object', properties: { at: { type: 'string' } }, additionalProperties: false },
      strict: true,
    },
  ]);
  assert.deepEqual(body.tool_choice, { type: 'any', disable_parallel_tool_use: true });
  assert.equal((write({ tools: [strict] }, old).body.tools as JsonObject[])[0]?.strict, undefined);
  assert.equal(write({ toolChoice: { type: 'auto' } }).body.tool_choice, undefined);
  const unforced = write({ tools, toolChoice: { type: 'required' } }, { model: 'claude-opus-5-5' });
  assert.deepEqual([unforced.body.tool_choice, unforced.warnings.length], [{ type: 'auto' }, 1]);
});

test('a provider’s quirks are applied last', () => {
  const quirks = { refuses: ['top_k'], extraBody: { safe: true }, path: '/messages' };
  const { body, warnings } = write({ topK: 3 }, { quirks });
  assert.deepEqual([body.top_k, body.safe, warnings.length], [undefined, true, 1]);
  const relayed = relayRequest(
    { model: 'a', max_tokens: 5, top_k: 3 },
    { model: 'a', stream: false, messages: [], maxOutputTokens: 5 },
    {
      model: 'b',
      quirks,
      stream: false,
    },
  );
  assert.equal(relayed.path, '/messages');
  assert.deepEqual(relayed.edits, [
    { member: 'model', value: 'b' },
    { member: 'top_k', value: undefined },
    { member: 'safe', value: true },
  ]);
});

test('a relayed body is unchanged except for the model and a limit that Conclave has set', () => {
  const body = { model: 'claude-sonnet-5', max_tokens: 100, messages: [{ role: 'user', content: 'x' }] };
  const target = { model: 'claude-sonnet-5', quirks: {}, stream: false };
  const request = readRequest(body);
  const untouched = relayRequest(body, request, target);
  assert.deepEqual(untouched.edits, []);
  assert.deepEqual(untouched.headers, { 'anthropic-version': '2023-06-01' });
  assert.equal(untouched.path, '/v1/messages');
  assert.deepEqual(relayRequest(body, { ...request, maxOutputTokens: 64 }, target).edits, [
    { member: 'max_tokens', value: 64 },
  ]);
});

test('a relayed body whose messages have removed a tool no longer chooses it, at a model without such messages', () => {
  const relayed = (choice: JsonObject, ...names: string[]) => {
    const body = {
      model: 'm',
      max_tokens: 100,
      tools: names.map((name) => ({ name, input_schema: { type: 'object' } })),
      tool_choice: choice,
      messages: [
        { role: 'user', content: 'x' },
        {
          role: 'system',
          content: [{ type: 'tool_removal', tool: { type: 'tool_reference', name: 'a' } }],
        },
      ],
    };
    const target = { model: 'claude-sonnet-4-5', quirks: {}, stream: false, chosen: true } as const;
    const { edits, warnings } = relayRequest(body, readRequest(body), target);
    return { choice: edits.filter(({ member }) => member === 'tool_choice'), warnings };
  };
  const removed = [{ member: 'tool_choice', value: undefined }];
  assert.deepEqual(relayed({ type: 'auto' }, 'a'), { choice: removed, warnings: [] });
  assert.deepEqual(relayed({ type: 'any' }, 'a', 'b'), { choice: [], warnings: [] });
  assert.deepEqual(relayed({ type: 'any' }, 'a'), {
    choice: removed,
    warnings: ['"tool_choice" no longer forces a call: no tool is offered any more.'],
  });
  const warnings = ['"tool_choice" no longer forces "a": that tool is no longer offered.'];
  assert.deepEqual(relayed({ type: 'tool', name: 'a' }, 'a'), { choice: removed, warnings });
  const serial = { disable_parallel_tool_use: true };
  assert.deepEqual(relayed({ type: 'tool', name: 'a', ...serial }, 'a', 'b'), {
    choice: [{ member: 'tool_choice', value: { ...serial, type: 'auto' } }],
    warnings,
  });
});

test('Anthropic’s own fields are sent only to Anthropic', () => {
  const own = readRequest({
    model: 'm',
    max_tokens: 5,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'x', citations: [{ a: 1 }] }] }],
    tools: [
      { type: 'web_search_20250305', name: 'web_search' },
      { name: 'look', input_schema: { type: 'object', properties: {} }, defer_loading: true },
    ],
    output_config: { task_budget: 3 },
    service_tier: 'standard_only',
  });
  const { body, warnings } = write(own);
  assert.deepEqual(body.tools, [
    { type: 'web_search_20250305', name: 'web_search' },
    { name: 'look', input_schema: { type: 'object', properties: {} }, defer_loading: true },
  ]);
  assert.deepEqual([body.service_tier, body.output_config], ['standard_only', { task_budget: 3 }]);
  assert.deepEqual(warnings, [
    '"messages.0.content.0.citations" was left out where the conversation was rewritten.',
  ]);
});

recordedTest('a recorded request is written as it was read, with nothing left out', () => {
  const requests = collectedReplies('anthropic-messages').flatMap(({ id, request }) =>
    request ? [{ id, request }] : [],
  );
  assert.notEqual(requests.length, 0);
  for (const { id, request } of requests) {
    const model = String(request.model);
    const read = readRequest(request);
    const { body, warnings } = writeRequest(read, { model, quirks: {}, stream: read.stream });
    const again = readRequest(JSON.parse(JSON.stringify(body)) as JsonObject);
    assert.deepEqual({ id, warnings, ...joinedTurns(again) }, { id, warnings: [], ...joinedTurns(read) });
  }
});

test('an end user named by e-mail address is sent as a hash: Anthropic rejects addresses', () => {
  const userOf = (id: string) => write({ messages: [user(text('Hi'))], user: id }).body.metadata;
  assert.deepEqual(userOf('user_1'), { user_id: 'user_1' });
  assert.match(JSON.stringify(userOf('ann@example.org')), /^\{"user_id":"[0-9a-f]{64}"\}$/);
});
