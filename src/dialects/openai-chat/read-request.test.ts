import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { sealSignature } from '../makers/gemini-signatures.ts';
import { readRequest } from './read-request.ts';

const hi = [{ role: 'user', content: 'Hi' }];

/** Returns the path of the field for which a request is rejected. */
function refusedFor(body: JsonObject): string | undefined {
  try {
    readRequest({ model: 'm', messages: hi, ...body });
  } catch (error) {
    assert.ok(error instanceof ConclaveError);
    assert.equal(error.code, 'invalid_request');
    return error.details.param;
  }
  return assert.fail('it was accepted');
}

test('every common setting is read into the request', () => {
  const request = readRequest({
    model: 'gpt-5.1',
    messages: hi,
    stream: true,
    stream_options: { include_usage: true },
    max_completion_tokens: 100,
    max_tokens: 50,
    temperature: 0.5,
    top_p: 0.9,
    stop: 'END',
    seed: 7,
    frequency_penalty: 0.1,
    presence_penalty: -0.1,
    user: 'u1',
    reasoning_effort: 'low',
    parallel_tool_calls: false,
  });
  const { messages: _, extras, ...rest } = request;
  assert.deepEqual(extras, []);
  assert.deepEqual(rest, {
    model: 'gpt-5.1',
    stream: true,
    includeUsage: true,
    maxOutputTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    stop: ['END'],
    seed: 7,
    frequencyPenalty: 0.1,
    presencePenalty: -0.1,
    user: 'u1',
    reasoning: { effort: 'low' },
    parallelTools: false,
    origin: 'openai-chat',
  });
});

test('a conversation with every type of content is read into plain parts', () => {
  const { messages } = readRequest({
    model: 'm',
    messages: [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        name: 'ann',
        content: [
          { type: 'text', text: 'Look', cache_control: { type: 'ephemeral', ttl: '1h' } },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO', detail: 'low' } },
          { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
          { type: 'file', file: { file_id: 'file-1' } },
          { type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } },
          { type: 'video_url', video_url: { url: 'https://example.org/a.mp4' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a": 1}' } },
          { id: 'call_2', type: 'function', function: { name: 'g', arguments: '' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'one' },
      { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'two' }] },
      { role: 'assistant', content: 'Done.', refusal: 'But not that.' },
    ],
  });
  assert.deepEqual(messages, [
    { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
    {
      role: 'user',
      name: 'ann',
      content: [
        { type: 'text', text: 'Look', cache: { ttl: '1h' } },
        { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBO' }, detail: 'low' },
        { type: 'image', source: { kind: 'url', url: 'https://example.org/a.png' } },
        {
          type: 'document',
          source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' },
          title: 'a.pdf',
        },
        { type: 'document', source: { kind: 'file', fileId: 'file-1', dialect: 'openai-chat' } },
        { type: 'audio', format: 'wav', source: { kind: 'base64', mediaType: 'audio/wav', data: 'UklG' } },
        {
          type: 'opaque',
          dialect: 'openai-chat',
          value: { type: 'video_url', video_url: { url: 'https://example.org/a.mp4' } },
        },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'tool-call', id: 'call_1', name: 'f', arguments: '{"a": 1}' },
        { type: 'tool-call', id: 'call_2', name: 'g', arguments: '' },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool-result', callId: 'call_1', content: [{ type: 'text', text: 'one' }], isError: false },
        { type: 'tool-result', callId: 'call_2', content: [{ type: 'text', text: 'two' }], isError: false },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Done.' },
        { type: 'refusal', text: 'But not that.' },
      ],
    },
  ]);
});

test('the maker of a reasoning proof is recognised, whichever client carried it', () => {
  const sealed = 'openai-responses:{"id":"rs_1","encrypted_content":"gAAA"}';
  const { messages } = readRequest({
    model: 'm',
    messages: [
      {
        role: 'assistant',
        content: 'x',
        reasoning_content: 'I see.',
        reasoning_details: [
          { type: 'reasoning.text', signature: 'ErUB', format: 'anthropic-claude-v1' },
          { type: 'reasoning.encrypted', data: sealed, format: 'unknown' },
          { type: 'reasoning.encrypted', data: 'AbC', format: 'google-gemini-v1', id: 'r1' },
        ],
      },
    ],
  });
  assert.deepEqual(messages[0]?.content.slice(0, 3), [
    { type: 'reasoning', text: 'I see.', signature: 'ErUB' },
    { type: 'reasoning', text: '', redacted: sealed },
    {
      type: 'reasoning',
      text: '',
      redacted:
        'openai-chat:{"type":"reasoning.encrypted","data":"AbC","format":"google-gemini-v1","id":"r1"}',
    },
  ]);
});

test('a field without a counterpart is classified by how necessary it is', () => {
  const classes = (body: JsonObject) =>
    Object.fromEntries(
      (readRequest({ model: 'm', messages: hi, ...body }).extras ?? []).map(({ name, fieldClass }) => [
        name,
        fieldClass,
      ]),
    );
  assert.deepEqual(classes({ n: 2, logprobs: true, service_tier: 'flex', invented: {} }), {
    n: 'required',
    logprobs: 'hint',
    service_tier: 'hint',
    invented: 'hint',
  });
  assert.deepEqual(
    classes({ n: 1, logprobs: false, store: false, metadata: null, modalities: ['text'] }),
    {},
  );
  assert.deepEqual(classes({ tools: [{ type: 'custom', custom: { name: 'sql' } }] }), {});
  assert.deepEqual(classes({ tools: [{ type: 'openrouter:web_search' }] }), { tools: 'pinning' });
});

test('tools, their choice and the output format are read', () => {
  const request = readRequest({
    model: 'm',
    messages: hi,
    tools: [
      {
        type: 'function',
        function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
      },
      { type: 'function', function: { name: 'g' } },
    ],
    tool_choice: { type: 'function', function: { name: 'g' } },
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'a', strict: true, schema: { type: 'object' } },
    },
  });
  assert.deepEqual(request.tools, [
    { name: 'f', description: 'd', inputSchema: { type: 'object' }, strict: true },
    { name: 'g', inputSchema: { type: 'object', properties: {} } },
  ]);
  assert.deepEqual(request.toolChoice, { type: 'tool', name: 'g' });
  assert.deepEqual(request.output, {
    type: 'json-schema',
    name: 'a',
    strict: true,
    schema: { type: 'object' },
  });
  assert.deepEqual(readRequest({ model: 'm', messages: hi, tool_choice: 'any' }).toolChoice, {
    type: 'required',
  });
});

test('a provider’s own tool is offered beside allowed functions only if it is allowed, too', () => {
  const search = { type: 'openrouter:web_search' };
  const f = { type: 'function', function: { name: 'f' } };
  const ownAmong = (...tools: JsonObject[]) => {
    const choice = { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools } };
    const asked = { model: 'm', messages: hi, tools: [f, search], tool_choice: choice };
    return readRequest(asked).extras?.find(({ name }) => name === 'tools')?.value;
  };
  assert.equal(ownAmong(f), undefined);
  assert.deepEqual(ownAmong(f, search), [search]);
});

test('a choice among some of the tools offers no others', () => {
  const asked = {
    model: 'm',
    messages: hi,
    tools: ['f', 'g', 'h'].map((name) => ({ type: 'function', function: { name } })),
  };
  const among = (...names: string[]) => ({
    type: 'allowed_tools',
    allowed_tools: {
      mode: 'required',
      tools: names.map((name) => ({ type: 'function', function: { name } })),
    },
  });
  const request = readRequest({ ...asked, tool_choice: among('h', 'f') });
  assert.deepEqual(
    request.tools?.map(({ name }) => name),
    ['f', 'h'],
  );
  assert.deepEqual(request.toolChoice, { type: 'required' });
  assert.throws(() => readRequest({ ...asked, tool_choice: among('none', 'nothing') }), {
    code: 'invalid_request',
    message: 'tool_choice.allowed_tools.tools must be among the offered tools, not "none, nothing".',
  });
  assert.equal(
    refusedFor({ tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto' } } }),
    'tool_choice.allowed_tools.tools',
  );
});

test('a file is read as a data URL, a URL, or bare base64, which is PDF', () => {
  const source = (file_data: string) => {
    const file = { type: 'file', file: { file_data } };
    return readRequest({ model: 'm', messages: [{ role: 'user', content: [file] }] }).messages[0]?.content[0];
  };
  const pdf = { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' };
  assert.deepEqual(source('JVBERi0='), { type: 'document', source: pdf });
  assert.deepEqual(source('data:application/pdf;base64,JVBERi0='), { type: 'document', source: pdf });
  assert.deepEqual(source('https://papers.example/a.pdf'), {
    type: 'document',
    source: { kind: 'url', url: 'https://papers.example/a.pdf' },
  });
});

test('empty values and defaults request nothing', () => {
  const defaults = { metadata: {}, logit_bias: {}, service_tier: 'auto' };
  assert.deepEqual(readRequest({ model: 'm', messages: hi, ...defaults }).extras, []);
});

test('a wrong type is rejected with the path at which it stands', () => {
  assert.equal(refusedFor({ messages: 'Hi' }), 'messages');
  assert.equal(refusedFor({ messages: [] }), 'messages');
  assert.equal(refusedFor({ messages: [...hi, ...hi, { role: 'user', content: 7 }] }), 'messages.2.content');
  assert.equal(refusedFor({ messages: [{ role: 'robot', content: 'x' }] }), 'messages.0.role');
  assert.equal(refusedFor({ messages: [{ role: 'user' }] }), 'messages.0.content');
  assert.equal(refusedFor({ messages: [{ role: 'tool', content: 'x' }] }), 'messages.0.tool_call_id');
  assert.equal(
    refusedFor({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] }),
    'messages.0.content.0.image_url.url',
  );
  assert.equal(
    refusedFor({
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:x' } }] }],
    }),
    'messages.0.content.0.image_url.url',
  );
  assert.equal(
    refusedFor({ messages: [{ role: 'assistant', tool_calls: [{ id: 'a', function: { name: 1 } }] }] }),
    'messages.0.tool_calls.0.function.name',
  );
  assert.equal(refusedFor({ tools: [{ type: 'function', function: {} }] }), 'tools.0.function.name');
  assert.equal(refusedFor({ tool_choice: 'sometimes' }), 'tool_choice');
  assert.equal(refusedFor({ response_format: { type: 'xml' } }), 'response_format.type');
  assert.equal(refusedFor({ stop: [1] }), 'stop.0');
  assert.equal(refusedFor({ stop: 1 }), 'stop');
  assert.equal(refusedFor({ max_tokens: -1 }), 'max_tokens');
  assert.equal(refusedFor({ temperature: 'hot' }), 'temperature');
  assert.equal(refusedFor({ stream_options: { include_usage: 1 } }), 'stream_options.include_usage');
  assert.equal(refusedFor({ model: 5 }), 'model');
});

test('a call that returns Gemini’s signature next to it, as at Google’s own endpoint, restores its thought', () => {
  const call = {
    id: 'call_1',
    type: 'function',
    function: { name: 'f', arguments: '{}' },
    extra_content: { google: { thought_signature: 'CsMB' } },
  };
  const asked = readRequest({
    model: 'm',
    messages: [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: null, tool_calls: [call] },
    ],
  });
  assert.deepEqual(asked.messages[1]?.content[0], {
    type: 'reasoning',
    text: '',
    signature: sealSignature('CsMB', { at: 'call', callId: 'call_1' }),
  });
});

test('providers’ own thinking switches are read as a reasoning setting', () => {
  const wish = (members: JsonObject) => {
    const { reasoning, extras } = readRequest({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      ...members,
    });
    return [reasoning, ...(extras ?? []).flatMap(({ name, isRead }) => (isRead ? [] : [name]))];
  };
  const budget = { thinking: { type: 'enabled', budget_tokens: 2048 } };
  assert.deepEqual(wish(budget), [{ budgetTokens: 2048, visible: true }]);
  assert.deepEqual(wish({ thinking: { type: 'enabled' } }), [{ visible: true }]);
  assert.deepEqual(wish({ thinking: { type: 'disabled' } }), [{ effort: 'none' }]);
  assert.deepEqual(wish({ enable_thinking: false }), [{ effort: 'none' }]);
  assert.deepEqual(wish({ ...budget, reasoning_effort: 'low' }), [
    { budgetTokens: 2048, visible: true, effort: 'low' },
  ]);
  assert.deepEqual(wish({ thinking: { type: 'newer' } }), [undefined, 'thinking']);
});

test('a cache mark of null is no mark', () => {
  const content = [{ type: 'text', text: 'q', cache_control: null, prompt_cache_breakpoint: null }];
  const { messages } = readRequest({ model: 'm', messages: [{ role: 'user', content }] });
  assert.deepEqual(messages[0]?.content, [{ type: 'text', text: 'q' }]);
});

test('a field without which the answer would be another one is required, and every other one is a hint', () => {
  const classOf = (name: string, value: JsonObject[string] = 2) =>
    readRequest({ model: 'm', messages: hi, [name]: value }).extras?.find((field) => field.name === name);
  for (const name of ['modalities', 'web_search_options', 'moderation', 'n'])
    assert.equal(classOf(name)?.fieldClass, 'required', name);
  assert.equal(
    classOf('plugins', [{ id: 'file-parser', enabled: false }, { id: 'web' }])?.fieldClass,
    'required',
  );
  for (const unused of [[], [{ id: 'web', enabled: false }]])
    assert.equal(classOf('plugins', unused)?.fieldClass, 'hint');
  for (const [modalities, fieldClass] of [
    [['text', 'audio'], 'required'],
    [['text'], 'hint'],
    [undefined, 'hint'],
  ] as const) {
    const body = { model: 'm', messages: hi, audio: { voice: 'alloy', format: 'mp3' } };
    const { extras } = readRequest({ ...body, ...(modalities && { modalities: [...modalities] }) });
    const audio = extras?.find(({ name }) => name === 'audio');
    assert.equal(audio?.fieldClass, fieldClass);
    assert.equal(audio?.isRead, fieldClass === 'hint' || undefined);
  }
  for (const name of ['service_tier', 'verbosity', 'prediction', 'invented'])
    assert.equal(classOf(name)?.fieldClass, 'hint', name);
  assert.deepEqual(classOf('web_search_options')?.billedApart, ['web_search']);
  assert.equal(classOf('preset', 'mine')?.furtherModels, 'any');
});

test('what is written as a field of its own is not sent a second time', () => {
  const functions = [{ name: 'f', parameters: { type: 'object' } }];
  const { extras, topK, reasoning, tools } = readRequest({
    model: 'm',
    messages: hi,
    functions,
    function_call: 'auto',
    top_k: 40,
    reasoning: { max_tokens: 500 },
    reasoning_effort: 'low',
  });
  assert.deepEqual(extras, []);
  assert.equal(topK, 40);
  assert.deepEqual(reasoning, { effort: 'low', budgetTokens: 500 });
  assert.deepEqual(
    tools?.map(({ name }) => name),
    ['f'],
  );
});

test('an assistant’s sounds, refusals and thoughts in any of their forms are read', () => {
  const said = (message: JsonObject) => {
    const { messages } = readRequest({ model: 'm', messages: [...hi, { role: 'assistant', ...message }] });
    return messages.at(-1)?.content;
  };
  assert.deepEqual(said({ content: null, audio: { id: 'audio_1' } }), [
    { type: 'opaque', dialect: 'openai-chat', value: { audio: { id: 'audio_1' } } },
  ]);
  assert.deepEqual(said({ content: [{ type: 'refusal', refusal: 'No.' }] }), [
    { type: 'refusal', text: 'No.' },
  ]);
  assert.deepEqual(said({ content: 'No.', refusal: 'No.' }), [{ type: 'text', text: 'No.' }]);
  for (const parts of [['No.'], ['N', 'o.']]) {
    const content = parts.map((refusal) => ({ type: 'refusal', refusal }));
    const read = parts.map((text) => ({ type: 'refusal', text }));
    assert.deepEqual(said({ content, refusal: 'No.' }), read);
  }
  assert.deepEqual(said({ content: [{ type: 'refusal', refusal: '' }], refusal: '' }), []);
  const thinking = {
    type: 'thinking',
    thinking: [
      { type: 'text', text: 'Hm, ' },
      { type: 'text', text: 'yes.' },
    ],
  };
  assert.deepEqual(said({ content: [thinking, { type: 'text', text: 'Done.' }] }), [
    { type: 'reasoning', text: 'Hm, yes.' },
    { type: 'text', text: 'Done.' },
  ]);
  const details = [
    { type: 'reasoning.summary', summary: 'Hm.' },
    { type: 'reasoning.text', text: 'Yes.' },
  ];
  assert.deepEqual(said({ content: 'Done.', reasoning_details: details }), [
    { type: 'reasoning', text: 'Hm.' },
    { type: 'reasoning', text: 'Yes.' },
    { type: 'text', text: 'Done.' },
  ]);
});

test('cache marks of parts and of whole messages are read, wherever a client places them', () => {
  const cache_control = { type: 'ephemeral' };
  const { messages } = readRequest({
    model: 'm',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'https://a.example/a.png' }, cache_control },
          {
            type: 'file',
            file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' },
            cache_control,
          },
          { type: 'text', text: 'Hi', cache_control },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'ok', cache_control },
    ],
  });
  const marks = messages.flatMap(({ content }) =>
    content.map((part) => ('cache' in part ? part.cache : 'none')),
  );
  assert.deepEqual(marks, [{}, {}, {}, 'none', {}]);
});
