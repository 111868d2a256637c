import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { sealReasoning } from '../reasoning/sealed-reasoning.ts';
import { readRequest } from './read-request.ts';
import { writeProof } from './reasoning-proof.ts';

const read = (body: JsonObject) => readRequest({ model: 'gpt-6-sol', input: 'Hi', ...body });
const extrasOf = (body: JsonObject) =>
  Object.fromEntries((read(body).extras ?? []).map(({ name, fieldClass }) => [name, fieldClass]));

test('a prompt is a user message, and instructions are its system prompt', () => {
  assert.deepEqual(read({ instructions: 'Be brief.' }).messages, [
    { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
    { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
  ]);
});

test('a model’s items become one message and the results of its calls another, in their order', () => {
  const { messages } = read({
    input: [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Two calls.' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Looking.' }] },
      { type: 'function_call', call_id: 'c1', name: 'get_weather', arguments: '{"city":"Oslo"}' },
      { type: 'function_call', call_id: 'c2', name: 'get_time', arguments: '' },
      { type: 'function_call_output', call_id: 'c1', output: 'snow' },
      {
        type: 'function_call_output',
        call_id: 'c2',
        output: [{ type: 'input_image', image_url: 'data:image/png;base64,AA==' }],
      },
      { role: 'user', content: 'So?' },
    ],
  });
  assert.deepEqual(messages, [
    { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
    { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Two calls.' },
        { type: 'text', text: 'Looking.' },
        { type: 'tool-call', id: 'c1', name: 'get_weather', arguments: '{"city":"Oslo"}' },
        { type: 'tool-call', id: 'c2', name: 'get_time', arguments: '' },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool-result', callId: 'c1', content: [{ type: 'text', text: 'snow' }], isError: false },
        {
          type: 'tool-result',
          callId: 'c2',
          content: [{ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } }],
          isError: false,
        },
      ],
    },
    { role: 'user', content: [{ type: 'text', text: 'So?' }] },
  ]);
});

test('tools that Codex declares inside the conversation are offered like all others, each once', () => {
  const parameters = { type: 'object', properties: {} };
  const { tools, messages } = read({
    tools: [{ type: 'function', name: 'g', parameters }, { type: 'web_search' }],
    input: [
      {
        type: 'additional_tools',
        role: 'developer',
        tools: [
          { type: 'function', name: 'g', description: 'newer', parameters },
          { type: 'custom', name: 'apply_patch' },
          {
            type: 'namespace',
            name: 'mcp__notes',
            description: 'Notes of this house.',
            tools: [
              { type: 'web_search' },
              { type: 'custom', name: 'add', description: 'Adds one.' },
              { type: 'function', name: 'list', parameters },
            ],
          },
        ],
      },
      { role: 'user', content: 'Hi' },
      { type: 'tool_search_call', call_id: 't', execution: 'client', arguments: { query: 'h' } },
      {
        type: 'tool_search_output',
        call_id: 't',
        execution: 'client',
        tools: [{ type: 'function', name: 'h', parameters }],
      },
    ],
  });
  const ofAll = 'All tools named mcp__notes__…: Notes of this house.\n\nAdds one.';
  assert.equal(tools?.[2]?.declared?.description, ofAll, 'also where it is offered as a custom tool');
  const found = tools.map(({ name, description, declared }) => [name, description, declared?.type]);
  assert.deepEqual(found, [
    ['g', 'newer', undefined],
    ['apply_patch', undefined, 'custom'],
    ['mcp__notes__add', ofAll, 'custom'],
    ['mcp__notes__list', undefined, 'function'],
    ['h', undefined, undefined],
  ]);
  assert.deepEqual(messages[0], { role: 'user', content: [{ type: 'text', text: 'Hi' }] });
});

test('OpenAI’s own tools do not pin a call that declares others inside the conversation', () => {
  const input = [
    { type: 'additional_tools', tools: [{ type: 'function', name: 'g', parameters: {} }] },
    { role: 'user', content: 'Hi' },
  ];
  assert.deepEqual(extrasOf({ tools: [{ type: 'web_search' }], input }), { tools: 'hint' });
});

test('messages of other agents and threads become user messages', () => {
  const { messages } = read({
    input: [
      { role: 'user', content: 'Hi' },
      { type: 'function_call_output', name: 'send_message_to_thread', output: 'From A.' },
      { type: 'agent_message', author: 'B', content: [{ type: 'input_text', text: 'From B.' }] },
    ],
  });
  const said = messages.map(({ role, content }) => [
    role,
    ...content.map((part) => 'text' in part && part.text),
  ]);
  assert.deepEqual(said, [
    ['user', 'Hi'],
    ['user', 'send_message_to_thread:', 'From A.'],
    ['user', 'B:', 'From B.'],
  ]);
});

test('what a script reports of itself while it runs stands beside its result, where a call may have one', () => {
  const output = (call_id: string, text: string, more: JsonObject = {}) => ({
    type: 'custom_tool_call_output',
    call_id,
    output: text,
    ...more,
  });
  const called = (call_id: string) => ({ type: 'custom_tool_call', call_id, name: 'exec', input: 'text(1)' });
  const { messages } = read({
    input: [
      { role: 'user', content: 'Hi' },
      called('c1'),
      output('c1', 'Running.'),
      output('c1', 'Half done.', { name: 'exec' }),
      called('c2'),
      output('c2', 'Other.'),
      output('c1', 'Done.', { name: 'exec' }),
      { role: 'user', content: 'So?' },
      output('c1', ''),
      called('c1'),
      output('c1', 'Again.'),
    ],
  });
  const said = messages.map(({ content }) =>
    content.map((part) =>
      part.type === 'tool-result' ? part.callId : part.type === 'text' ? part.text : part.type,
    ),
  );
  assert.deepEqual(said, [
    ['Hi'],
    ['tool-call'],
    ['c1', 'exec:', 'Half done.'],
    ['tool-call'],
    ['c2', 'exec:', 'Done.'],
    ['So?'],
    ['tool-call'],
    ['c1'],
  ]);
});

test('each of several calls with one id has a result, and only what comes beyond them is a remark', () => {
  const called = (name: string) => ({ type: 'function_call', call_id: 'c0', name, arguments: '{}' });
  const output = (text: string) => ({ type: 'function_call_output', call_id: 'c0', output: text });
  const resultsOf = (...input: readonly JsonObject[]) =>
    read({ input: [...input] }).messages.flatMap(({ content }) =>
      content.flatMap((part) => (part.type === 'tool-call' ? [] : [part.type])),
    );
  const [result, remark] = ['tool-result', 'text'];
  const one = output('one');
  assert.deepEqual(resultsOf(called('f'), called('g'), one, output('two'), output('more')), [
    result,
    result,
    remark,
  ]);
  assert.deepEqual(resultsOf(called('f'), one, called('g'), output('two'), output('more')), [
    result,
    result,
    remark,
  ]);
  // The call itself was in an earlier response.
  assert.deepEqual(resultsOf(one, output('more')), [result, remark]);
  // A call that the user stopped has no result, and its client counts anew.
  const stop = { role: 'user', content: 'Stop' };
  const words = 'text';
  assert.deepEqual(resultsOf(called('f'), stop, called('g'), one, output('more')), [words, result, remark]);
  assert.deepEqual(resultsOf(called('f'), called('g'), stop, one, output('two')), [words, result, result]);
});

test('what one agent tells another is text, unless OpenAI’s model has sealed it', () => {
  const told = (words: string) => ({
    input: [
      {
        type: 'agent_message',
        author: '/root',
        recipient: '/lead/sub',
        content: [
          { type: 'input_text', text: 'Payload:' },
          { type: 'encrypted_content', encrypted_content: words },
        ],
      },
    ],
  });
  const [message] = read(told('Say hello.')).messages;
  assert.deepEqual(
    message?.content.map((part) => 'text' in part && part.text),
    ['/root:', 'Payload:', 'Say hello.'],
  );
  assert.deepEqual(extrasOf(told('Say hello.')), {});
  assert.deepEqual(extrasOf(told(`gAAAAABo${'x-_3'.repeat(30)}==`)), { 'input.0.content.1': 'pinning' });
});

test('images and files are read from URLs, bytes and uploads', () => {
  const [message] = read({
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: 'https://pictures.example/boat.png', detail: 'low' },
          { type: 'input_image', file_id: 'file-1' },
          { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' },
          { type: 'input_file', file_url: 'https://papers.example/b.pdf' },
        ],
      },
    ],
  }).messages;
  assert.deepEqual(message?.content, [
    { type: 'image', source: { kind: 'url', url: 'https://pictures.example/boat.png' }, detail: 'low' },
    { type: 'image', source: { kind: 'file', fileId: 'file-1', dialect: 'openai-responses' } },
    {
      type: 'document',
      source: { kind: 'base64', mediaType: 'application/pdf', data: 'AA==' },
      title: 'a.pdf',
    },
    { type: 'document', source: { kind: 'url', url: 'https://papers.example/b.pdf' } },
  ]);
});

test('a choice among some of the functions offers no others; one of OpenAI’s own tools in it pins the call', () => {
  const tools = ['f', 'g'].map((name) => ({ type: 'function', name }));
  const among = (tool: JsonObject) => ({ type: 'allowed_tools', mode: 'auto', tools: [tool] });
  const request = readRequest({
    model: 'm',
    input: 'Hi',
    tools,
    tool_choice: among({ type: 'function', name: 'g' }),
  });
  assert.deepEqual(
    request.tools?.map(({ name }) => name),
    ['g'],
  );
  assert.deepEqual(request.toolChoice, { type: 'auto' });
  assert.deepEqual(request.extras, []);
  assert.deepEqual(extrasOf({ tools, tool_choice: among({ type: 'mcp', server_label: 'docs' }) }), {
    tool_choice: 'pinning',
  });
});

test('who else may call a tool, and the shape of its results, are hints; that it is loaded by a search is none', () => {
  const output_schema = { type: 'object' };
  const programs = { allowed_callers: ['programmatic'] };
  const tools = [
    { type: 'function', name: 'f', ...programs, output_schema, defer_loading: true },
    {
      type: 'function',
      name: 'g',
      allowed_callers: ['direct', 'programmatic'],
      output_schema: null,
      defer_loading: true,
    },
    {
      type: 'namespace',
      name: 'n',
      tools: [{ type: 'custom', name: 'c', ...programs, defer_loading: true }],
    },
  ];
  const options = { f: { ...programs, output_schema }, n__c: programs };
  assert.deepEqual(read({ tools }).extras, [{ name: 'tools.options', fieldClass: 'hint', value: options }]);
  const declared = { type: 'additional_tools', role: 'developer', tools };
  assert.deepEqual(
    read({ input: [declared, { role: 'user', content: 'Hi' }] }).extras,
    read({ tools }).extras,
  );
  assert.deepEqual(read({ tools: tools.slice(1, 2) }).extras, []);
});

test('a choice names a tool of a namespace as its calls do; one that names no tool is left to OpenAI', () => {
  const space = (name: string, ...inner: string[]) => ({
    type: 'namespace',
    name,
    tools: inner.map((one) => ({ type: 'function', name: one })),
  });
  const tools = [
    space('n', 'find', 'sort'),
    space('m', 'sort'),
    { type: 'namespace', name: 'c', tools: [{ type: 'custom', name: 'patch' }] },
    { type: 'function', name: 'plain' },
  ];
  const named = (name: string, more: object = {}) => ({ type: 'function', name, ...more });
  const chosen = (tool_choice: JsonObject) => {
    const { toolChoice, tools: offered = [], extras } = read({ tools, tool_choice });
    assert.deepEqual(extras, []);
    return [toolChoice, offered.length === 5 ? 'all' : offered.map(({ name }) => name)];
  };
  const among = (...names: string[]) => ({
    type: 'allowed_tools',
    mode: 'required',
    tools: names.map((name) => named(name)),
  });
  assert.deepEqual(chosen(named('find')), [{ type: 'tool', name: 'n__find' }, 'all']);
  assert.deepEqual(chosen({ type: 'custom', name: 'patch' }), [{ type: 'tool', name: 'c__patch' }, 'all']);
  assert.deepEqual(chosen(named('sort', { namespace: 'm' })), [{ type: 'tool', name: 'm__sort' }, 'all']);
  assert.deepEqual(chosen(named('sort')), [{ type: 'required' }, ['n__sort', 'm__sort']]);
  assert.deepEqual(chosen(named('n__find')), [{ type: 'tool', name: 'n__find' }, 'all']);
  assert.deepEqual(chosen(among('plain', 'find', 'none')), [{ type: 'required' }, ['n__find', 'plain']]);
  for (const tool_choice of [named('none'), among('none'), named('find', { namespace: 'm' })])
    assert.deepEqual(extrasOf({ tools, tool_choice }), { tool_choice: 'pinning' });
  assert.deepEqual(read({ tool_choice: named('find') }).toolChoice, { type: 'tool', name: 'find' });
});

test('a reference to something that only OpenAI stores pins the call to OpenAI', () => {
  assert.deepEqual(extrasOf({ previous_response_id: 'resp_1', conversation: 'conv_1' }), {
    previous_response_id: 'pinning',
    conversation: 'pinning',
  });
  assert.deepEqual(extrasOf({ prompt: { id: 'pmpt_1' }, input: null }), { prompt: 'pinning' });
  assert.deepEqual(extrasOf({ moderation: { model: 'm' }, input: 'Hi' }), { moderation: 'required' });
  assert.deepEqual(extrasOf({ tools: [{ type: 'web_search' }], tool_choice: { type: 'web_search' } }), {
    tools: 'pinning',
    tool_choice: 'pinning',
  });
  assert.deepEqual(
    extrasOf({
      input: [
        { type: 'item_reference', id: 'msg_1' },
        { id: 'msg_2' },
        { type: 'compaction', encrypted_content: 'gAAA' },
        { type: 'computer_call_output', call_id: 'c', output: {} },
        { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      ],
    }),
    { 'input.0': 'pinning', 'input.1': 'pinning', 'input.2': 'pinning', 'input.3': 'pinning' },
  );
});

test('other fields are hints, except those that request nothing', () => {
  assert.deepEqual(
    extrasOf({
      store: false,
      background: false,
      include: ['reasoning.encrypted_content'],
      metadata: {},
      service_tier: 'auto',
      truncation: 'disabled',
      stream_options: { include_obfuscation: false },
    }),
    {},
  );
  assert.deepEqual(
    extrasOf({
      store: true,
      include: ['file_search_call.results'],
      text: { verbosity: 'low', format: { type: 'text' } },
      reasoning: { effort: 'low', context: 'current_turn' },
      prompt_cache_key: 'k',
    }),
    {
      store: 'hint',
      include: 'hint',
      'text.verbosity': 'hint',
      'reasoning.context': 'hint',
      prompt_cache_key: 'hint',
    },
  );
});

test('effort, summaries, schemas, tools and limits are read into the common request', () => {
  const schema = { type: 'object', properties: {} };
  const request = read({
    reasoning: { effort: 'high', summary: 'auto' },
    text: { format: { type: 'json_schema', name: 'city', schema, strict: true } },
    tools: [{ type: 'function', name: 'f', description: null, parameters: schema, strict: false }],
    tool_choice: { type: 'function', name: 'f' },
    parallel_tool_calls: false,
    max_output_tokens: 100,
    stream: true,
  });
  assert.deepEqual(request.reasoning, { effort: 'high', visible: true });
  assert.deepEqual(request.toolChoice, { type: 'tool', name: 'f' });
  assert.equal(request.output?.type === 'json-schema' && request.output.name, 'city');
  assert.equal(request.tools?.[0]?.strict, false);
  assert.equal(request.maxOutputTokens, 100);
  assert.equal(request.parallelTools, false);
  assert.equal(request.stream, true);
});

test('encrypted reasoning is sealed with its id; another maker’s proof is unpacked again', () => {
  const own = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' };
  const claude = {
    type: 'reasoning',
    id: 'rs_2',
    summary: [{ type: 'summary_text', text: 'Hm.' }],
    ...writeProof('signature', 'EqQB=='),
  };
  const hidden = { type: 'reasoning', id: 'rs_3', summary: [], ...writeProof('redacted', 'EmwK==') };
  assert.deepEqual(read({ input: [own, claude, hidden] }).messages[0]?.content, [
    {
      type: 'reasoning',
      text: '',
      redacted: sealReasoning('openai-responses', { id: 'rs_1', encrypted_content: 'gAAA' }),
    },
    { type: 'reasoning', text: 'Hm.', signature: 'EqQB==' },
    { type: 'reasoning', text: '', redacted: 'EmwK==' },
  ]);
});

test('a reference to an earlier answer that nothing stores is rejected, and the error says what to do', () => {
  assert.throws(() => read({ previous_response_id: 'resp_req_0123' }), {
    code: 'invalid_request',
    details: { param: 'previous_response_id' },
    message: /send the whole conversation/,
  });
});

test('a reference to an item of such an answer is rejected, and the error says what to do', () => {
  const refer = (id: string) =>
    read({
      input: [
        { role: 'user', content: 'Hi' },
        { type: 'item_reference', id },
      ],
    });
  assert.throws(() => refer('msg_req_1_0'), {
    code: 'invalid_request',
    message: /input\.1 .*"store": false/,
  });
  assert.doesNotThrow(() => refer('msg_68af'));
});

test('an invalid value is rejected with the path at which it stands', () => {
  const wrong: Record<string, JsonObject> = {
    input: { input: 5 },
    'input.0.role': { input: [{ role: 'robot', content: 'Hi' }] },
    'input.0.content.0.text': { input: [{ role: 'user', content: [{ type: 'input_text' }] }] },
    'input.1.call_id': {
      input: [
        { role: 'user', content: 'Hi' },
        { type: 'function_call', name: 'f' },
      ],
    },
    'input.0.content.0.image_url': {
      input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png,x' }] }],
    },
    'tools.0.name': { tools: [{ type: 'function' }] },
    'text.format.type': { text: { format: { type: 'xml' } } },
    'reasoning.effort': { reasoning: { effort: 'utmost' } },
    max_output_tokens: { max_output_tokens: -1 },
  };
  for (const [param, body] of Object.entries(wrong)) {
    assert.throws(() => read(body), { code: 'invalid_request', details: { param } }, param);
  }
});

test('only tools that refer to nothing that OpenAI stores may be left out elsewhere', () => {
  const own = { type: 'function', name: 'g', parameters: {} };
  for (const type of [
    'web_search',
    'web_search_2025_08_26',
    'web_search_preview',
    'web_search_preview_2025_03_11',
    'local_shell',
    'image_generation',
    'tool_search',
  ]) {
    assert.deepEqual(extrasOf({ tools: [own, { type }], input: 'Hi' }), { tools: 'hint' }, type);
    assert.deepEqual(extrasOf({ tools: [{ type }], input: 'Hi' }), { tools: 'pinning' }, `${type} alone`);
  }
  for (const type of ['file_search', 'code_interpreter', 'mcp', 'computer_use_preview'])
    assert.deepEqual(extrasOf({ tools: [own, { type }], input: 'Hi' }), { tools: 'pinning' }, type);
});

test('every effort that OpenAI knows is read', () => {
  for (const effort of ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])
    assert.equal(read({ input: 'Hi', reasoning: { effort } }).reasoning?.effort, effort);
});

test('messages around results of calls stay messages of their own', () => {
  const { messages } = read({
    input: [
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      { type: 'local_shell_call_output', call_id: 'c', output: 'ok' },
      { role: 'user', content: 'And now?' },
      { type: 'function_call_output', call_id: 'd', output: 'late' },
      { role: 'user', content: 'Well?' },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    ],
  });
  assert.deepEqual(
    messages.map(({ role, content }) => [role, content.map(({ type }) => type)]),
    [
      ['assistant', ['tool-call']],
      ['user', ['tool-result']],
      ['user', ['text']],
      ['user', ['tool-result']],
      ['user', ['text']],
      ['assistant', ['refusal']],
    ],
  );
});

test('a part that only OpenAI can interpret pins the call to it, and images and files keep their cache marks', () => {
  const cache_control = { type: 'ephemeral' };
  const content = [
    { type: 'input_image', image_url: 'https://a.example/a.png', detail: 'low', cache_control },
    { type: 'input_file', file_url: 'https://a.example/a.pdf', cache_control },
    { type: 'input_mystery', id: 'm_1' },
  ];
  const body = { input: [{ role: 'user', content }] };
  assert.deepEqual(extrasOf(body), { 'input.0.content.2': 'pinning' });
  const [image, file, mystery] = read(body).messages[0]?.content ?? [];
  assert.deepEqual(image, {
    type: 'image',
    source: { kind: 'url', url: 'https://a.example/a.png' },
    detail: 'low',
    cache: {},
  });
  assert.deepEqual(file, {
    type: 'document',
    source: { kind: 'url', url: 'https://a.example/a.pdf' },
    cache: {},
  });
  assert.deepEqual(mystery, {
    type: 'opaque',
    dialect: 'openai-responses',
    value: content[2],
    inMessage: true,
  });
});

test('the options of a tool are kept by its name, also where all objects have a member of that name', () => {
  const allowed_callers = ['programmatic'];
  const tools = ['__proto__', 'constructor'].map((name) => ({ type: 'function', name, allowed_callers }));
  const [options] = read({ tools }).extras ?? [];
  assert.deepEqual(
    options?.value,
    JSON.parse(
      '{"__proto__":{"allowed_callers":["programmatic"]},"constructor":{"allowed_callers":["programmatic"]}}',
    ),
  );
});
