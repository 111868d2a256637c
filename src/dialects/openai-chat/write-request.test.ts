import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectedReplies } from '../../../test/support/recorded-replies.ts';
import { recordedTest } from '../../../test/support/test-data.ts';
import type { ContentPart } from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Quirks } from '../../core/provider.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { readRequest } from './read-request.ts';
import { writeRequest } from './write-request.ts';

function request(change: Partial<ModelRequest>): ModelRequest {
  return { model: 'm', stream: false, messages: [{ role: 'user', content: [text('Hi')] }], ...change };
}

function text(said: string): ContentPart {
  return { type: 'text', text: said };
}

function write(change: Partial<ModelRequest>, quirks: Quirks = {}, model = 'lab-1') {
  const stream = change.stream ?? false;
  return writeRequest(request(change), { model, quirks, stream, maxOutputTokens: 1000 });
}

test('a thought goes back as a part of the content if the provider expects it there, and never alone', () => {
  const thought: ContentPart = { type: 'reasoning', text: 'Hm.' };
  const told = (...content: ContentPart[]) =>
    write({ messages: [{ role: 'assistant', content }] }, { reasoningField: 'content' }).body.messages;
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }], closed: true };
  assert.deepEqual(told(thought, text('391')), [
    { role: 'assistant', content: [thinking, { type: 'text', text: '391' }] },
  ]);
  const call: ContentPart = { type: 'tool-call', id: 'c1', name: 'f', arguments: '{}' };
  assert.deepEqual(told(thought, call), [
    {
      role: 'assistant',
      content: [thinking],
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
    },
  ]);
  assert.deepEqual(told(thought), []);
});

test('the end user is sent under the provider’s name for it', () => {
  const { body } = write({ user: 'u-1' }, { userField: 'user_id' });
  assert.deepEqual([body.user, body.user_id], [undefined, 'u-1']);
  assert.equal(write({ user: 'u-1' }).body.user, 'u-1');
});

test('a plain request contains only what was requested', () => {
  assert.deepEqual(write({}), {
    path: '/chat/completions',
    headers: {},
    body: { model: 'lab-1', messages: [{ role: 'user', content: 'Hi' }] },
    warnings: [],
  });
});

test('texts of one message are one string, which every provider accepts', () => {
  const { body } = write({ messages: [{ role: 'user', content: [text('One'), text('Two')] }] });
  assert.deepEqual(body.messages, [{ role: 'user', content: 'One\n\nTwo' }]);
});

test('a system message without text is left out', () => {
  const { body } = write({ messages: [{ role: 'system', content: [] }, ...request({}).messages] });
  assert.deepEqual(body.messages, [{ role: 'user', content: 'Hi' }]);
});

test('a stream requests its usage, unless the provider rejects that', () => {
  assert.deepEqual(write({ stream: true }).body.stream_options, { include_usage: true });
  assert.equal(write({ stream: true }, { streamUsage: false }).body.stream_options, undefined);
});

test('tool results follow their calls, with their images in the user message after them', () => {
  const { body } = write({
    messages: [
      { role: 'assistant', content: [{ type: 'tool-call', id: 'toolu_1', name: 'f', arguments: '' }] },
      {
        role: 'user',
        content: [
          text('And now?'),
          {
            type: 'tool-result',
            callId: 'toolu_1',
            isError: true,
            content: [
              text('broken'),
              { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBO' } },
            ],
          },
        ],
      },
    ],
  });
  assert.deepEqual(body.messages, [
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'toolu_1', content: 'Error: broken' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Result of the tool call toolu_1:' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO' } },
        { type: 'text', text: 'And now?' },
      ],
    },
  ]);
});

test('an image keeps a detail that the dialect has, and gets the nearest for one of Responses', () => {
  const imageWith = (detail: string) =>
    write({
      messages: [
        {
          role: 'user',
          content: [{ type: 'image', source: { kind: 'url', url: 'https://a.b/c.png' }, detail }],
        },
      ],
    });
  const low = imageWith('low');
  assert.match(JSON.stringify(low.body.messages), /"detail":"low"/);
  assert.deepEqual(low.warnings, []);
  const original = imageWith('original');
  assert.match(JSON.stringify(original.body.messages), /"detail":"high"/);
  assert.deepEqual(original.warnings, [
    'The image detail "original" became "high": Chat Completions does not support it.',
  ]);
});

test('call ids take the form that the provider requires, the same in call and result', () => {
  const messages = (id: string): ModelRequest['messages'] => [
    { role: 'assistant', content: [{ type: 'tool-call', id, name: 'f', arguments: '{}' }] },
    { role: 'user', content: [{ type: 'tool-result', callId: id, isError: false, content: [text('ok')] }] },
  ];
  const idsOf = (id: string, quirks: Quirks) =>
    JSON.stringify(write({ messages: messages(id) }, quirks).body);
  assert.equal(idsOf('toolu_01AbCdEfGhIj', { toolCallIdLength: 9 }).split('"bCdEfGhIj"').length, 3);
  assert.equal(idsOf('x', { toolCallIdLength: 9 }).split('"00000000x"').length, 3);
  assert.equal(idsOf(`call|${'y'.repeat(60)}`, {}).split(`"call_${'y'.repeat(35)}"`).length, 3);
});

test('two calls whose ids have the same ending still get different ids', () => {
  const call = (id: string): ContentPart => ({ type: 'tool-call', id, name: 'f', arguments: '{}' });
  const { body } = write(
    { messages: [{ role: 'assistant', content: [call('a_123456789'), call('b_123456789')] }] },
    { toolCallIdLength: 9 },
  );
  const ids = [...JSON.stringify(body).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id);
  assert.deepEqual(
    ids.map((id) => id?.length),
    [9, 9],
  );
  assert.notEqual(ids[0], ids[1]);
});

test('reasoning goes back to providers that accept it, and proofs only to their maker', () => {
  const messages: ModelRequest['messages'] = [
    {
      role: 'assistant',
      content: [
        {
          type: 'reasoning',
          text: 'Hm.',
          signature: 'openai-chat:{"type":"reasoning.text","signature":"s","index":0}',
        },
        { type: 'reasoning', text: '', redacted: 'EmwKA' },
        text('Yes.'),
      ],
    },
  ];
  const taken = write({ messages }, { reasoningField: 'reasoning' });
  assert.deepEqual(taken.body.messages, [
    {
      role: 'assistant',
      content: 'Yes.',
      reasoning: 'Hm.',
      reasoning_details: [{ type: 'reasoning.text', signature: 's', index: 0, text: 'Hm.' }],
    },
  ]);
  assert.deepEqual(taken.warnings, ['Encrypted reasoning of another provider was left out.']);
  const refused = write({ messages });
  assert.deepEqual(refused.body.messages, [{ role: 'assistant', content: 'Yes.' }]);
  assert.equal(refused.warnings.length, 1);
});

test('a schema is sent natively, as JSON mode with an instruction, or as an instruction alone', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'number' } },
    required: ['a'],
    additionalProperties: false,
  };
  const output = { type: 'json-schema', schema } as const;
  assert.deepEqual(write({ output }).body.response_format, {
    type: 'json_schema',
    json_schema: { name: 'answer', schema, strict: true },
  });
  const loose = write({ output: { ...output, schema: { type: 'object', properties: { a: {} } } } });
  assert.match(JSON.stringify(loose.body.response_format), /"strict":false/);
  const words = write(
    { output, messages: [{ role: 'system', content: [text('S')] }] },
    { schemaMode: 'json-object' },
  );
  assert.deepEqual(words.body.response_format, { type: 'json_object' });
  assert.match(JSON.stringify(words.body.messages), /"content":"S".*JSON Schema.*number/);
  assert.equal(words.warnings.length, 1);
  assert.equal(write({ output }, { schemaMode: 'none' }).body.response_format, undefined);
});

test('settings that a provider does not support are sent in the nearest form, with a warning each', () => {
  const { body, warnings } = write(
    {
      maxOutputTokens: 5000,
      reasoning: { effort: 'max' },
      tools: [{ name: 'f', inputSchema: {} }],
      toolChoice: { type: 'required' },
      user: 'u',
      topK: 5,
    },
    {
      maxTokensField: 'max_tokens',
      reasoningEfforts: ['low', 'high'],
      forcedToolChoice: false,
      refuses: ['user'],
      extraBody: { safe_prompt: true },
      path: '/v2/chat',
    },
  );
  const { max_tokens, reasoning_effort, tool_choice, user, top_k, safe_prompt } = body;
  assert.deepEqual(
    { max_tokens, reasoning_effort, tool_choice, user, top_k, safe_prompt },
    {
      max_tokens: 1000,
      reasoning_effort: 'high',
      tool_choice: 'auto',
      user: undefined,
      top_k: undefined,
      safe_prompt: true,
    },
  );
  assert.equal(warnings.length, 5);
});

test('cache marks are sent to providers that support them, and named if they are left out', () => {
  const messages: ModelRequest['messages'] = [
    { role: 'system', content: [{ type: 'text', text: 'Long', cache: { ttl: '1h' } }] },
  ];
  assert.deepEqual(write({ messages }, { cacheControl: true }).body.messages, [
    {
      role: 'system',
      content: [{ type: 'text', text: 'Long', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    },
  ]);
  const without = write({ messages });
  assert.deepEqual(without.body.messages, [{ role: 'system', content: 'Long' }]);
  assert.match(without.warnings.join(), /caching/);
});

test('a message keeps its form when its cache mark moves on, so that the cached prompt is found again', () => {
  const told = (cache?: object) => {
    const said = [text('Remember.'), text(''), { ...text('Hello'), ...(cache && { cache }) }];
    const messages: ModelRequest['messages'] = [
      { role: 'system', content: said },
      { role: 'user', content: said },
      { role: 'assistant', content: said },
    ];
    const { body } = write({ messages }, { cacheControl: true }, 'anthropic/claude-haiku-4.5');
    return JSON.stringify(body.messages).replaceAll(',"cache_control":{"type":"ephemeral"}', '');
  };
  const parts = JSON.stringify([text('Remember.'), text('Hello')]);
  assert.equal(told(), told({}));
  assert.equal(told().split(parts).length, 4);
  const one: ModelRequest['messages'] = [{ role: 'user', content: [text('Hello'), text('')] }];
  assert.deepEqual(write({ messages: one }, { cacheControl: true }).body.messages, [
    { role: 'user', content: 'Hello' },
  ]);
});

test('no space between texts is lost, and only Claude gets an answer in parts', () => {
  const cited = ['According to ', 'the site', ' ', 'it is blue', '\n', 'today.'].map(text);
  const messages: ModelRequest['messages'] = [{ role: 'assistant', content: cited }];
  const sent = (model: string) => {
    const [message] = write({ messages }, { cacheControl: true }, model).body.messages as JsonObject[]; // written by us
    return message?.content;
  };
  const whole = 'According to the site it is blue\ntoday.';
  assert.equal(sent('openai/gpt-5.1'), whole);
  const parts = sent('anthropic/claude-haiku-4.5') as { text: string }[]; // written by us
  assert.equal(parts.map((part) => part.text).join(''), whole);
  assert.ok(parts.every((part) => part.text.trim() !== ''));
});

test('of more than four cache marks for Claude, the last four are sent', () => {
  const messages: ModelRequest['messages'] = ['1', '2', '3', '4', '5', '6'].map((said) => ({
    role: 'user',
    content: [{ type: 'text', text: said, cache: {} }],
  }));
  const claude = write({ messages }, { cacheControl: true }, 'anthropic/claude-sonnet-4.5');
  assert.equal(JSON.stringify(claude.body.messages).match(/cache_control/g)?.length, 4);
  assert.match(claude.warnings.join(), /Of 6 cache marks the last 4 were sent/);
  const other = write({ messages }, { cacheControl: true });
  assert.equal(JSON.stringify(other.body.messages).match(/cache_control/g)?.length, 6);
});

test('an OpenAI reasoning model is not sent the sampling settings that it rejects', () => {
  const change: Partial<ModelRequest> = { temperature: 0, topP: 0.5 };
  assert.equal(write(change, {}, 'gpt-5.1').body.temperature, undefined);
  assert.equal(write(change, {}, 'openai/o4-mini').body.top_p, undefined);
  assert.equal(write(change, {}, 'gpt-5.1').warnings.length, 2);
  assert.equal(write({ ...change, reasoning: { effort: 'none' } }, {}, 'gpt-5.1').body.temperature, 0);
  const off = { ...change, reasoning: { effort: 'none' } } as const;
  assert.equal(write(off, {}, 'gpt-6-sol').body.temperature, 0);
  const { temperature, reasoning_effort: effort } = write(off, {}, 'gpt-6-astra').body;
  assert.deepEqual([temperature, effort], [undefined, 'low']);
  for (const model of ['gpt-4o', 'gpt-5-chat-latest', 'claude-opus-4-5', 'deepseek-chat']) {
    assert.equal(write(change, {}, model).body.temperature, 0, model);
  }
});

test('as many stop sequences are sent as the provider accepts, and none to a model that accepts none', () => {
  const stop = ['1', '2', '3', '4', '5', '6'];
  const few = write({ stop }, { maxStopSequences: 4 });
  assert.deepEqual(few.body.stop, ['1', '2', '3', '4']);
  assert.match(few.warnings.join(), /first 4 stop sequences/);
  assert.deepEqual(write({ stop }).body.stop, stop);
  assert.equal('stop' in write({ stop: [] }).body, false);
  for (const model of ['o3', 'o4-mini', 'gpt-5', 'gpt-5.1', 'openai/gpt-5.5']) {
    const { body, warnings } = write({ stop, reasoning: { effort: 'none' } }, { maxStopSequences: 4 }, model);
    assert.equal(body.stop, undefined, model);
    assert.match(warnings.join(), /"stop" was left out/);
  }
  for (const model of ['o1', 'o3-mini', 'gpt-4o', 'gpt-5-chat-latest'])
    assert.deepEqual(write({ stop }, {}, model).body.stop, stop, model);
});

test('a field that one model rejects and another accepts is left out only for the first', () => {
  const quirks: Quirks = { modelRefuses: { '*non-reasoning*': [], '*': ['stop'] } };
  const refused = write({ stop: ['END'] }, quirks, 'grok-4.6');
  assert.deepEqual([refused.body.stop, refused.warnings.length], [undefined, 1]);
  assert.deepEqual(write({ stop: ['END'] }, quirks, 'grok-4.20-non-reasoning').body.stop, ['END']);
});

test('an assistant turn without content is left out', () => {
  const user = { role: 'user' as const, content: [text('Hi')] };
  const search: ContentPart = {
    type: 'opaque',
    dialect: 'openai-responses',
    value: { type: 'web_search_call' },
  };
  const thought: ContentPart = { type: 'reasoning', text: 'Hm.' };
  for (const part of [search, thought]) {
    const { body } = write({ messages: [user, { role: 'assistant', content: [part] }, user] });
    assert.deepEqual(body.messages, [
      { role: 'user', content: 'Hi' },
      { role: 'user', content: 'Hi' },
    ]);
  }
});

test('a message to continue is marked as the provider requires, or followed by a request', () => {
  const messages: ModelRequest['messages'] = [
    { role: 'user', content: [text('Hi')] },
    { role: 'assistant', content: [text('Sure:')] },
  ];
  const said = { role: 'assistant', content: 'Sure:' };
  const last = (quirks: Quirks) => {
    const { body, warnings } = write({ messages }, quirks);
    return [objectsOf(body.messages).at(-1), warnings.length];
  };
  assert.deepEqual(last({}), [said, 0]);
  assert.deepEqual(last({ continues: 'prefix' }), [{ ...said, prefix: true }, 0]);
  assert.deepEqual(last({ continues: 'partial' }), [{ ...said, partial: true }, 0]);
  const wish = { role: 'user', content: 'Go on from exactly where your last message ends.' };
  assert.deepEqual(last({ continues: 'never' }), [wish, 1]);
});

test('a provider that rejects unknown message fields receives none', () => {
  const quirks: Quirks = { messageMembers: ['content', 'tool_calls', 'tool_call_id'] };
  const { body, warnings } = write(
    {
      messages: [
        { role: 'user', name: 'bob', content: [text('Hi')] },
        { role: 'assistant', content: [{ type: 'refusal', text: 'No.' }] },
        { role: 'user', content: [text('Why?')] },
      ],
    },
    quirks,
  );
  assert.deepEqual(body.messages, [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'No.' },
    { role: 'user', content: 'Why?' },
  ]);
  assert.match(warnings.join(), /"name" of a message/);
});

test('a required field of another dialect that has no counterpart here is rejected by name', () => {
  const refused = (change: Partial<ModelRequest>) =>
    assert.throws(
      () => write(change),
      (error) => error instanceof ConclaveError && error.code === 'unsupported',
    );
  refused({
    origin: 'anthropic-messages',
    extras: [{ name: 'container', fieldClass: 'pinning', value: 'c' }],
  });
  refused({
    messages: [
      {
        role: 'user',
        content: [{ type: 'image', source: { kind: 'file', fileId: 'f', dialect: 'anthropic-messages' } }],
      },
    ],
  });
  const hint = write({
    origin: 'google-generate',
    extras: [{ name: 'safetySettings', fieldClass: 'hint', value: [] }],
  });
  assert.match(hint.warnings.join(), /safetySettings/);
});

recordedTest('every recorded request means the same after it has been read and written', () => {
  const quirks: Quirks = {
    cacheControl: true,
    reasoningField: 'reasoning_content',
    reasoningEfforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
  };
  const recorded = collectedReplies('openai-chat').flatMap(({ id, request: body }) =>
    body ? [{ id, body }] : [],
  );
  assert.ok(recorded.length > 50);
  for (const { id, body } of recorded) {
    const first = readRequest(body);
    const written = writeRequest(first, { model: first.model, quirks, stream: first.stream });
    const again = readRequest(written.body);
    const { includeUsage: _, ...meaning } = first;
    const { includeUsage: __, ...repeated } = again;
    assert.deepEqual({ id, ...repeated }, { id, ...meaning });
  }
});
