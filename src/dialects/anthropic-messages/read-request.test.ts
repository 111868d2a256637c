import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { readCountTokensRequest, writeCountTokensReply } from './count-tokens.ts';
import { readRequest } from './read-request.ts';

const hello: JsonObject = {
  model: 'claude-sonnet-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
};

test('a plain request is read with every setting that other dialects share', () => {
  const request = readRequest({
    ...hello,
    system: 'Be brief.',
    stream: true,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 40,
    stop_sequences: ['END'],
    metadata: { user_id: 'user-7' },
  });
  assert.deepEqual(request, {
    model: 'claude-sonnet-5',
    stream: true,
    maxOutputTokens: 100,
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
    ],
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    stop: ['END'],
    user: 'user-7',
    origin: 'anthropic-messages',
    extras: [],
  });
});

test('server tools pin a call to Anthropic only if no other tools are offered or one of them must be called', () => {
  const read = { name: 'Read', input_schema: { type: 'object' } };
  const helpers = [
    { type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-4-8' },
    { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' },
    { type: 'web_search_20250305', name: 'web_search' },
    { type: 'web_fetch_20250910', name: 'web_fetch' },
  ];
  const classOf = (tools: JsonObject[], choice?: JsonObject) =>
    readRequest({ ...hello, tools, ...(choice && { tool_choice: choice }) }).extras?.find(
      ({ name }) => name === 'tools',
    )?.fieldClass;
  for (const helper of helpers) assert.equal(classOf([read, helper]), 'hint', helper.name);
  assert.equal(classOf(helpers), 'pinning');
  assert.equal(classOf([read, ...helpers], { type: 'tool', name: 'web_search' }), 'pinning');
  const code = { type: 'code_execution_20260120', name: 'code_execution' };
  assert.equal(classOf([read, code]), 'pinning');
});

test('every type of content block is read', () => {
  const { messages } = readRequest({
    ...hello,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look', cache_control: { type: 'ephemeral', ttl: '1h' } },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
          { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
          { type: 'image', source: { type: 'file', file_id: 'file_1' } },
          {
            type: 'document',
            title: 'Note',
            source: { type: 'text', media_type: 'text/plain', data: 'A note' },
          },
          {
            type: 'document',
            source: {
              type: 'content',
              content: [
                { type: 'text', text: 'A' },
                { type: 'text', text: 'B' },
              ],
            },
          },
          {
            type: 'search_result',
            title: 'Wiki',
            source: 'https://example.org',
            content: [{ type: 'text', text: 'Found' }],
          },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'Eq==' },
          { type: 'thinking', thinking: 'Unsigned', signature: '' },
          { type: 'thinking', thinking: 'Theirs', signature: 'openai-chat:{"a":1}' },
          { type: 'redacted_thinking', data: 'Em==' },
          { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'sky' } },
          { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            content: 'blue',
            cache_control: { type: 'ephemeral' },
          },
          { type: 'tool_result', tool_use_id: 'toolu_2', is_error: true },
        ],
      },
    ],
  });
  const dialect = 'anthropic-messages';
  assert.deepEqual(messages[0]?.content, [
    { type: 'text', text: 'Look', cache: { ttl: '1h' } },
    { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' } },
    { type: 'image', source: { kind: 'url', url: 'https://example.org/a.png' } },
    { type: 'image', source: { kind: 'file', fileId: 'file_1', dialect } },
    { type: 'document', source: { kind: 'text', text: 'A note' }, title: 'Note' },
    { type: 'document', source: { kind: 'text', text: 'A\nB' } },
    {
      type: 'document',
      source: { kind: 'text', text: 'Found' },
      title: 'Wiki',
      found: { source: 'https://example.org', passages: ['Found'] },
    },
  ]);
  assert.deepEqual(messages[1]?.content, [
    { type: 'reasoning', text: 'Hm', signature: 'Eq==' },
    { type: 'reasoning', text: 'Unsigned', signature: undefined },
    { type: 'reasoning', text: 'Theirs', signature: 'openai-chat:{"a":1}' },
    { type: 'reasoning', text: '', redacted: 'Em==' },
    { type: 'tool-call', id: 'toolu_1', name: 'look', arguments: '{"at":"sky"}' },
    {
      type: 'opaque',
      dialect,
      value: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
    },
  ]);
  assert.deepEqual(messages[2]?.content, [
    {
      type: 'tool-result',
      callId: 'toolu_1',
      content: [{ type: 'text', text: 'blue' }],
      isError: false,
      cache: {},
    },
    { type: 'tool-result', callId: 'toolu_2', content: [], isError: true },
  ]);
});

test('the client’s tools are separated from those that run at Anthropic', () => {
  const { tools, toolChoice, parallelTools, extras } = readRequest({
    ...hello,
    tools: [
      {
        name: 'look',
        description: 'Looks',
        input_schema: { type: 'object' },
        strict: true,
        cache_control: { type: 'ephemeral' },
      },
      { type: 'web_search_20250305', name: 'web_search', max_uses: 3 },
    ],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
  });
  assert.deepEqual(tools, [
    { name: 'look', description: 'Looks', inputSchema: { type: 'object' }, strict: true, cache: {} },
  ]);
  assert.deepEqual(toolChoice, { type: 'required' });
  assert.equal(parallelTools, false);
  assert.deepEqual(extras, [
    {
      name: 'tools',
      fieldClass: 'hint',
      value: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 3 }],
      billedApart: ['web_search'],
    },
  ]);
});

test('thinking and the output format are read in each of their forms', () => {
  const read = (members: JsonObject) => {
    const { reasoning, output } = readRequest({ ...hello, ...members });
    return { reasoning, output };
  };
  const schema = { type: 'object' };
  assert.deepEqual(read({ thinking: { type: 'enabled', budget_tokens: 2000 } }), {
    reasoning: { budgetTokens: 2000, visible: true },
    output: undefined,
  });
  assert.deepEqual(read({ thinking: { type: 'enabled' } }).reasoning, { visible: true });
  assert.deepEqual(
    read({ thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'high' } }).reasoning,
    { effort: 'high', visible: false },
  );
  assert.deepEqual(read({ output_config: { effort: 'low' } }).reasoning, { effort: 'low' });
  assert.deepEqual(read({ thinking: { type: 'disabled' } }).reasoning, { effort: 'none' });
  const wanted = { type: 'json-schema', schema };
  assert.deepEqual(read({ output_config: { format: { type: 'json_schema', schema } } }).output, wanted);
  assert.deepEqual(read({ output_format: { type: 'json_schema', schema } }).output, wanted);
});

test('a field without a counterpart elsewhere is kept, and classified by how necessary it is', () => {
  const { extras } = readRequest({
    ...hello,
    service_tier: 'standard_only',
    container: 'c_1',
    future: { a: 1 },
    nothing: null,
  });
  assert.deepEqual(extras, [
    { name: 'service_tier', fieldClass: 'hint', value: 'standard_only' },
    { name: 'container', fieldClass: 'pinning', value: 'c_1', keptId: 'c_1' },
    { name: 'future', fieldClass: 'hint', value: { a: 1 } },
  ]);
});

test('the default service tier asks for nothing', () => {
  assert.deepEqual(readRequest({ ...hello, service_tier: 'auto' }).extras, []);
});

test('an invalid value is rejected with the path at which it stands', () => {
  const user = (content: JsonObject[string]) => ({ ...hello, messages: [{ role: 'user', content }] });
  let nested: JsonObject = { type: 'text', text: 'x' };
  for (let level = 0; level < 50; level += 1) {
    nested = { type: 'tool_result', tool_use_id: 't', content: [nested] };
  }
  const cases: [string, JsonObject][] = [
    ['model', { ...hello, model: 5 }],
    ['max_tokens', { model: 'm', messages: [] }],
    ['max_tokens', { ...hello, max_tokens: '100' }],
    ['messages', { ...hello, messages: 'Hello' }],
    ['messages.0', { ...hello, messages: ['Hello'] }],
    ['messages.0.role', { ...hello, messages: [{ role: 'tool', content: 'x' }] }],
    ['messages.0.content', user(7)],
    ['messages.0.content.0.type', user([{ text: 'x' }])],
    ['messages.0.content.0.text', user([{ type: 'text', text: 1 }])],
    ['messages.0.content.0.source.type', user([{ type: 'image', source: { type: 'ftp' } }])],
    [
      'messages.0.content.0.source.data',
      user([{ type: 'image', source: { type: 'base64', media_type: 'image/png' } }]),
    ],
    ['messages.0.content.0.input', user([{ type: 'tool_use', id: 'a', name: 'b', input: 'c' }])],
    ['messages.0.content.0.content.0.content.0.content', user([nested])],
    [
      'system.0.type',
      { ...hello, system: [{ type: 'image', source: { type: 'url', url: 'https://e.org' } }] },
    ],
    ['tools.0.input_schema', { ...hello, tools: [{ name: 'x' }] }],
    ['tool_choice.type', { ...hello, tool_choice: { type: 'some' } }],
    ['tool_choice.name', { ...hello, tool_choice: { type: 'tool' } }],
    ['thinking.budget_tokens', { ...hello, thinking: { type: 'enabled', budget_tokens: 'all' } }],
    ['output_config.effort', { ...hello, output_config: { effort: 'huge' } }],
    ['output_config.format.schema', { ...hello, output_config: { format: { type: 'json_schema' } } }],
    ['stop_sequences.1', { ...hello, stop_sequences: ['a', 2] }],
    ['metadata.user_id', { ...hello, metadata: { user_id: {} } }],
    ['stream', { ...hello, stream: 'yes' }],
  ];
  for (const [param, body] of cases) {
    assert.throws(
      () => readRequest(body),
      (error) => {
        assert.ok(error instanceof ConclaveError, String(error));
        assert.deepEqual(
          { code: error.code, param: error.details.param },
          { code: 'invalid_request', param },
        );
        return true;
      },
    );
  }
});

test('a request to count tokens needs no output limit, and its reply is the count', () => {
  assert.deepEqual(writeCountTokensReply(17), { input_tokens: 17 });
  const { max_tokens: _, ...prompt } = hello;
  assert.equal(readCountTokensRequest(prompt).model, 'claude-sonnet-5');
  assert.throws(() => readCountTokensRequest({ model: 'm' }), { details: { param: 'messages' } });
});

test('automatic caching marks the last part that can be marked, unless the client has marked it', () => {
  const mark = { type: 'ephemeral', ttl: '1h' };
  const call = { type: 'tool_use', id: 't', name: 'f', input: {} };
  const result = { type: 'tool_result', tool_use_id: 't', content: 'x' };
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: [call] },
    { role: 'user', content: [result, { type: 'text', text: 'And?' }] },
  ];
  const caches = (found: JsonObject) =>
    readRequest({ ...hello, messages, ...found }).messages.flatMap(({ content }) =>
      content.map((part) => ('cache' in part ? part.cache : undefined)),
    );
  assert.deepEqual(caches({}), [undefined, undefined, undefined, undefined]);
  assert.deepEqual(caches({ cache_control: mark }), [undefined, undefined, undefined, { ttl: '1h' }]);
  const own = { role: 'user', content: [{ ...result, cache_control: { type: 'ephemeral' } }] };
  assert.deepEqual(caches({ messages: [...messages.slice(0, 2), own], cache_control: mark }).at(-1), {});
  assert.deepEqual(readRequest({ ...hello, cache_control: mark }).extras, []);
  assert.throws(() => caches({ cache_control: { ttl: '2h' } }), { details: { param: 'cache_control.ttl' } });
});

const system = (more: JsonObject): JsonObject => ({ role: 'system', ...more });
const user = (content: JsonObject['content']): JsonObject => ({ role: 'user', content });
const read = (messages: JsonObject[], more: JsonObject = {}) => readRequest({ ...hello, ...more, messages });

test('a system message for one turn is read only until the next user message', () => {
  const french = system({ content: 'In French', clear_at: 'next_user_message' });
  const rolesOf = (...later: JsonObject[]) =>
    read([user('Hi'), french, ...later]).messages.map(({ role }) => role);
  assert.deepEqual(rolesOf(), ['user', 'system']);
  assert.deepEqual(rolesOf({ role: 'assistant', content: 'Oui' }), ['user', 'system', 'assistant']);
  assert.deepEqual(rolesOf({ role: 'assistant', content: 'Oui' }, user('And now?')), [
    'user',
    'assistant',
    'user',
  ]);
  const calls = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] };
  const results = user([{ type: 'tool_result', tool_use_id: 'a', content: 'ok' }]);
  assert.deepEqual(rolesOf(calls, results), ['user', 'assistant', 'user']);
  const stays = read([user('Hi'), system({ content: 'Stay', clear_at: 'never' }), user('And now?')]);
  assert.equal(stays.messages.length, 3);
});

test('the effort that a message sets is that of the next answer, until another message changes it', () => {
  const low = system({ output_config: { effort: 'low' } });
  const effortOf = (messages: JsonObject[], more: JsonObject = {}) => read(messages, more).reasoning?.effort;
  const answer = { role: 'assistant', content: 'Hello' };
  assert.equal(effortOf([user('Hi'), low]), 'low');
  assert.equal(effortOf([user('Hi'), answer, low, user('Next')]), 'low');
  assert.equal(
    effortOf([user('Hi'), low, answer, user('Next')], { output_config: { effort: 'max' } }),
    'low',
  );
  const high = system({ content: [], output_config: { effort: 'high' } });
  assert.equal(effortOf([user('Hi'), low, answer, user('Next'), high]), 'high');
  // Results of tools are no new input: the effort waits for the user.
  const results = user([{ type: 'tool_result', tool_use_id: 'a', content: 'ok' }]);
  const calls = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] };
  assert.equal(effortOf([user('Hi'), low, calls, results, high]), 'low');
  assert.equal(effortOf([user('Hi'), low], { thinking: { type: 'disabled' } }), 'none');
  assert.equal(read([user('Hi'), low]).messages.length, 1);
  const told = read([user('Hi'), system({ content: 'Be brief.', output_config: { effort: 'low' } })]);
  assert.deepEqual([told.messages.length, told.reasoning?.effort], [2, 'low']);
  assert.throws(() => read([user('Hi'), system({})]), /^ConclaveError: messages\.1\.content must be/);
  assert.throws(
    () => read([user('Hi'), system({ output_config: { effort: 'huge' } })]),
    /messages\.1\.output_config\.effort must be/,
  );
});

test('tools that messages add are offered, those that they remove are not', () => {
  const tool = (name: string): JsonObject => ({ name, input_schema: { type: 'object' } });
  const change = (type: string, ...named: JsonObject[]) =>
    system({ content: named.map((one) => ({ type, tool: one })) });
  const reference = (name: string): JsonObject => ({ type: 'tool_reference', name });
  const offered = (...messages: JsonObject[]) => {
    const request = read([user('Hi'), ...messages], { tools: [tool('a'), tool('b')] });
    assert.equal(request.messages.length, 1);
    assert.deepEqual(request.extras, []);
    return request.tools?.map(({ name }) => name);
  };
  const added = change('tool_addition', reference('b'), { type: 'tool_definition', definition: tool('c') });
  const removed = change('tool_removal', reference('a'), reference('c'));
  assert.deepEqual(offered(added), ['a', 'b', 'c']);
  assert.deepEqual(offered(added, removed), ['b']);
  assert.deepEqual(offered(added, removed, change('tool_addition', reference('a'))), ['a', 'b']);
  assert.equal(offered(change('tool_removal', reference('a'), reference('b'))), undefined);
  const bad = change('tool_addition', { type: 'tool_definition', definition: { name: 'c' } });
  assert.throws(() => offered(bad), /messages\.1\.content\.0\.tool\.definition\.input_schema must be/);
});

test('a tool that messages define again has its new form, even if it was removed or if the request lists no tools', () => {
  const definition = { name: 'a', description: 'New', input_schema: { type: 'object' } };
  const again = system({
    content: [{ type: 'tool_addition', tool: { type: 'tool_definition', definition } }],
  });
  const removal = system({
    content: [{ type: 'tool_removal', tool: { type: 'tool_reference', name: 'a' } }],
  });
  const old = ['a', 'b'].map((name) => ({ name, input_schema: { type: 'object' } }));
  const offered = (tools: JsonObject[] | undefined, ...messages: JsonObject[]) =>
    read([user('Hi'), ...messages], tools && { tools }).tools?.map(({ name, description }) => [
      name,
      description,
    ]);
  const both = [
    ['b', undefined],
    ['a', 'New'],
  ];
  assert.deepEqual(offered(old, again), both);
  assert.deepEqual(offered(old, removal, again), both);
  assert.deepEqual(offered(undefined, again), [['a', 'New']]);
});

test('a block that other dialects have no part for is kept whole', () => {
  const png = { type: 'base64', media_type: 'image/png', data: 'iVBO' };
  const image = { type: 'image', source: png };
  for (const block of [
    { type: 'tool_reference', tool_name: 'open' },
    { type: 'document', source: { type: 'content', content: [image] } },
    { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'One.' }, image] } },
    { type: 'compaction', content: null },
  ])
    assert.deepEqual(read([{ role: 'user', content: [block] }]).messages[0]?.content, [
      { type: 'opaque', dialect: 'anthropic-messages', value: block },
    ]);
});

test('a cache mark inside a search result or a document marks the whole', () => {
  const content = [{ type: 'text', text: 'It costs 5.', cache_control: { type: 'ephemeral', ttl: '1h' } }];
  const markOf = (block: JsonObject) => {
    const [part] = read([{ role: 'user', content: [block] }]).messages[0]?.content ?? [];
    return part && 'cache' in part ? part.cache : undefined;
  };
  const found = { type: 'search_result', source: 'https://example.org', title: 'Prices', content };
  const document = { type: 'document', source: { type: 'content', content } };
  for (const block of [found, document]) {
    assert.deepEqual(markOf(block), { ttl: '1h' });
    assert.deepEqual(markOf({ ...block, cache_control: { type: 'ephemeral' } }), {});
  }
});

test('a choice of tool that messages have removed is none', () => {
  const tool = (name: string): JsonObject => ({ name, input_schema: { type: 'object' } });
  const removal = system({
    content: [{ type: 'tool_removal', tool: { type: 'tool_reference', name: 'a' } }],
  });
  const chosen = (choice: JsonObject, ...names: string[]) => {
    const tools = names.map(tool);
    const { toolChoice } = read([user('Hi'), removal], { tools, tool_choice: choice });
    return toolChoice;
  };
  assert.equal(chosen({ type: 'any' }, 'a'), undefined);
  assert.deepEqual(chosen({ type: 'any' }, 'a', 'b'), { type: 'required' });
  assert.deepEqual(chosen({ type: 'tool', name: 'b' }, 'a', 'b'), { type: 'tool', name: 'b' });
  assert.deepEqual(chosen({ type: 'tool', name: 'a' }, 'a', 'b'), { type: 'auto' });
});

test('a field that means something only at Anthropic pins the call to it; every other one is a hint', () => {
  const classOf = (name: string) =>
    readRequest({ ...hello, [name]: 'x' }).extras?.find((field) => field.name === name)?.fieldClass;
  for (const name of ['container', 'mcp_servers', 'inference_geo', 'thread', 'previous_message_id'])
    assert.equal(classOf(name), 'pinning', name);
  for (const name of ['service_tier', 'speed', 'invented']) assert.equal(classOf(name), 'hint', name);
});

test('the options of a tool are kept by its name, also where all objects have a member of that name', () => {
  const tools = ['__proto__', 'constructor'].map((name) => ({
    name,
    input_schema: { type: 'object' },
    defer_loading: true,
  }));
  const { extras } = readRequest({ ...hello, tools });
  const options = extras?.find(({ name }) => name === 'tools.options');
  assert.deepEqual(
    options?.value,
    JSON.parse('{"__proto__":{"defer_loading":true},"constructor":{"defer_loading":true}}'),
  );
});
