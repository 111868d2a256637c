import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentPart, Message } from '../../core/wire/content.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { collectedReplies } from '../../../test/support/recorded-replies.ts';
import { recordedTest } from '../../../test/support/test-data.ts';
import { readRequest } from './read-request.ts';
import { relayRequest } from './relay-request.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { writeRequest } from './write-request.ts';

const text = (words: string): ContentPart => ({ type: 'text', text: words });
const user = (...content: ContentPart[]): Message => ({ role: 'user', content });
const assistant = (...content: ContentPart[]): Message => ({ role: 'assistant', content });
const tools = [{ name: 'look', description: 'Looks', inputSchema: { type: 'object' } }];
const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

function write(
  request: Partial<ModelRequest>,
  model = claude,
  target: Partial<WireTarget> = {},
): { body: JsonObject; warnings: readonly string[]; path: string } {
  const { body, warnings, path } = writeRequest(
    { model: 'any', stream: false, messages: [user(text('Hello'))], ...request },
    { model, quirks: {}, stream: false, ...target },
  );
  // Through JSON, as the body is sent.
  return { body: JSON.parse(JSON.stringify(body)) as JsonObject, warnings, path };
}

test('a model name in capitals belongs to the same family in everything that is written', () => {
  const request: Partial<ModelRequest> = {
    messages: [user(text('Hello')), assistant(text('Well'))],
    topK: 7,
  };
  const capitals = write(request, 'US.ANTHROPIC.CLAUDE-SONNET-4-5-20250929-V1:0');
  assert.deepEqual(capitals.body, write(request).body);
});

test('a model whose name says nothing is asked as the model that it is known as', () => {
  const request: Partial<ModelRequest> = {
    messages: [
      user({ type: 'text', text: 'Look.', cache: {} }),
      assistant(
        { type: 'reasoning', text: 'Hm', signature: 'S' },
        { type: 'tool-call', id: 't1', name: 'look', arguments: '{}' },
      ),
      user({ type: 'tool-result', callId: 't1', content: [text('r')], isError: false }),
    ],
    tools,
    toolChoice: { type: 'required' },
    topK: 7,
  };
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';
  const profile = write(request, arn, { knownAs: claude });
  assert.deepEqual([profile.body, profile.warnings], [write(request).body, write(request).warnings]);
  assert.equal(profile.path, `/model/${encodeURIComponent(arn)}/converse`);
});

test('a plain request has the model in its path, and its settings in their fields', () => {
  const request: Partial<ModelRequest> = {
    messages: [{ role: 'system', content: [text('Be brief.')] }, user(text('Hello'))],
    maxOutputTokens: 50,
    temperature: 0.5,
    stop: ['END'],
    topK: 7,
  };
  assert.deepEqual(write(request, claude, { stream: true }), {
    path: '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream',
    body: {
      system: [{ text: 'Be brief.' }],
      messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
      inferenceConfig: { maxTokens: 50, temperature: 0.5, stopSequences: ['END'] },
      additionalModelRequestFields: { top_k: 7 },
    },
    warnings: [],
  });
});

test('every type of part has its block, and cache points stand after what they cache', () => {
  const { body, warnings } = write({
    tools,
    messages: [
      user(
        { type: 'text', text: 'Look', cache: { ttl: '1h' } },
        { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' } },
        { type: 'document', source: { kind: 'text', text: 'note' }, title: 'My_note.txt' },
        {
          type: 'document',
          source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' },
          title: 'My note txt',
        },
      ),
      assistant(
        { type: 'reasoning', text: 'Hm', signature: 'Eq==' },
        { type: 'reasoning', text: '', redacted: 'Em==' },
        { type: 'tool-call', id: 'call:1', name: 'look', arguments: '{"at":"sky"}' },
      ),
      user({ type: 'tool-result', callId: 'call:1', content: [text('no')], isError: true }),
    ],
  });
  assert.deepEqual(body.messages, [
    {
      role: 'user',
      content: [
        { text: 'Look' },
        { cachePoint: { type: 'default', ttl: '1h' } },
        { image: { format: 'png', source: { bytes: 'aGk=' } } },
        { document: { name: 'My note txt', format: 'txt', source: { bytes: 'bm90ZQ==' } } },
        { document: { name: 'My note txt 2', format: 'pdf', source: { bytes: 'JVBE' } } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'Hm', signature: 'Eq==' } } },
        { reasoningContent: { redactedContent: 'RW09PQ==' } },
        { toolUse: { toolUseId: 'call_1', name: 'look', input: { at: 'sky' } } },
      ],
    },
    {
      role: 'user',
      content: [{ toolResult: { toolUseId: 'call_1', content: [{ text: 'no' }], status: 'error' } }],
    },
  ]);
  assert.deepEqual(warnings, []);
});

test('white space that Claude rejects is not sent: as a stop sequence, or at the end of a message to continue', () => {
  const request: Partial<ModelRequest> = {
    messages: [user(text('Go')), assistant(text('Sure: '), text(' \n'))],
    stop: ['\n', 'END'],
  };
  const { body, warnings } = write(request);
  assert.deepEqual(body.messages, [
    { role: 'user', content: [{ text: 'Go' }] },
    { role: 'assistant', content: [{ text: 'Sure:' }] },
  ]);
  const [, continued] = objectsOf(
    write({ messages: [user(text('Go')), assistant(text('One. '), text('Two. '))] }).body.messages,
  );
  assert.deepEqual(continued?.content, [{ text: 'One. ' }, { text: 'Two.' }]);
  const thought: ContentPart = { type: 'reasoning', text: 'Hm.', signature: 'Eq==' };
  const [, thinking] = objectsOf(
    write({ messages: [user(text('Go')), assistant(text('One. '), thought, text('\n'))] }).body.messages,
  );
  assert.deepEqual(thinking?.content, [{ text: 'One.' }]);
  // The image is left out, its cache point is not.
  const source = { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } as const;
  const image: ContentPart = { type: 'image', source, cache: {} };
  const withMark = write({ messages: [user(text('Go')), assistant(text('One. '), thought, image)] });
  assert.deepEqual(objectsOf(withMark.body.messages)[1]?.content, [{ text: 'One.' }]);
  assert.match(withMark.warnings.join(), /Reasoning at the end of an answer was left out/);
  const marked: ContentPart = { type: 'text', text: 'One. ', cache: {} };
  const [, cached] = objectsOf(write({ messages: [user(text('Go')), assistant(marked)] }).body.messages);
  assert.deepEqual(cached?.content, [{ text: 'One.' }, { cachePoint: { type: 'default' } }]);
  assert.deepEqual(body.inferenceConfig, { stopSequences: ['END'] });
  assert.equal(warnings.length, 1);
  assert.equal(write({ ...request, stop: ['\n'] }).body.inferenceConfig, undefined);
  const nova = write(request, 'amazon.nova-pro-v1:0').body;
  assert.deepEqual(nova.inferenceConfig, { stopSequences: ['\n', 'END'] });
});

test('a failed call without a text gets one, which Converse demands of a failure alone', () => {
  const call: ContentPart = { type: 'tool-call', id: 't1', name: 'look', arguments: '{}' };
  const resultOf = (isError: boolean, ...content: ContentPart[]) => {
    const result: ContentPart = { type: 'tool-result', callId: 't1', content, isError };
    const [, , turn] = objectsOf(
      write({ tools, messages: [user(text('Go')), assistant(call), user(result)] }).body.messages,
    );
    return objectOf(objectsOf(turn?.content)[0]?.toolResult).content;
  };
  for (const content of [[], [text('')], [text(' \n')]]) {
    assert.deepEqual(resultOf(true, ...content), [{ text: 'The tool failed without a message.' }]);
    assert.deepEqual(resultOf(false, ...content), []);
  }
  assert.deepEqual(resultOf(true, text('No.')), [{ text: 'No.' }]);
});

test('a cache point stands behind a PDF, and not behind another document, where Claude refuses it', () => {
  const title = 'notes';
  const plain: ContentPart = { type: 'document', source: { kind: 'text', text: 'a' }, title, cache: {} };
  const pdf: ContentPart = {
    type: 'document',
    source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' },
    title,
    cache: {},
  };
  const written = (part: ContentPart, model?: string) => {
    const { body, warnings } = write({ messages: [user(part, text('What is it?'))] }, model);
    const [turn] = objectsOf(body.messages);
    return [objectsOf(turn?.content).map((block) => Object.keys(block)[0]), warnings.length];
  };
  assert.deepEqual(written(plain), [['document', 'text'], 1]);
  assert.deepEqual(written(pdf), [['document', 'cachePoint', 'text'], 0]);
  assert.deepEqual(written(plain, 'us.amazon.nova-pro-v1:0'), [['document', 'cachePoint', 'text'], 0]);
});

test('blank text, which Converse rejects, is left out with its cache point, and an answer that is nothing else', () => {
  const said: ContentPart = { type: 'text', text: 'Go', cache: {} };
  const blank: ContentPart = { type: 'text', text: ' \n', cache: {} };
  const unsaid: ContentPart = { type: 'refusal', text: ' ' };
  for (const model of [claude, 'us.amazon.nova-pro-v1:0']) {
    const asked = { role: 'user', content: [{ text: 'Go' }, { cachePoint: { type: 'default' } }] };
    const answered = { role: 'assistant', content: [{ text: 'One.' }] };
    const conversation = [user(said, blank), assistant(text('One.'), unsaid, blank), user(said)];
    const { body } = write({ messages: conversation }, model);
    assert.deepEqual(body.messages, [asked, answered, asked], model);
    const { body: unanswered } = write({ messages: [user(said), assistant(blank)] }, model);
    assert.deepEqual(unanswered.messages, [asked], model);
  }
});

test('what Converse rejects is changed or rejected by name', () => {
  const document: ContentPart = { type: 'document', source: { kind: 'text', text: 'note' } };
  const [turn] = write({ messages: [user(document)] }).body.messages as { content: JsonObject[] }[];
  assert.deepEqual(turn?.content.at(-1), { text: 'See the attached document.' });
  const long = 'x'.repeat(70);
  const call = (id: string): ContentPart => ({ type: 'tool-call', id, name: 'look', arguments: '{}' });
  const { body, warnings } = write({
    messages: [user(text('Go')), assistant(call(`${long}1`), call(`${long}2`)), user(text('On'))],
  });
  const turns = body.messages as { content: { toolUse?: { toolUseId: string } }[] }[];
  const ids = turns[1]?.content.map(({ toolUse }) => toolUse?.toolUseId) ?? [];
  assert.ok(ids.every((id) => id !== undefined && id.length <= 64));
  assert.equal(new Set(ids).size, 2);
  assert.deepEqual(body.toolConfig, {
    tools: [{ toolSpec: { name: 'look', inputSchema: { json: { type: 'object', properties: {} } } } }],
  });
  assert.equal(warnings.length, 1);
  const refused: ContentPart[] = [
    { type: 'image', source: { kind: 'url', url: 'https://example.org/a.png' } },
    { type: 'image', source: { kind: 'file', fileId: 'f', dialect: 'anthropic-messages' } },
    { type: 'document', source: { kind: 'base64', mediaType: 'application/zip', data: 'UEs=' } },
  ];
  for (const part of refused) assert.throws(() => write({ messages: [user(part)] }), { code: 'unsupported' });
});

test('reasoning is requested in the form of each family', () => {
  const asked = (model: string, reasoning: ModelRequest['reasoning'], more: Partial<ModelRequest> = {}) => {
    const { body, warnings } = write({ reasoning, maxOutputTokens: 10_000, ...more }, model);
    return [body.additionalModelRequestFields, body.inferenceConfig, warnings.length];
  };
  const limit = { maxTokens: 10_000 };
  const effort = { effort: 'medium' } as const;
  assert.deepEqual(asked(claude, effort), [{ thinking: { type: 'enabled', budget_tokens: 5000 } }, limit, 0]);
  assert.deepEqual(asked('anthropic.claude-opus-4-7', effort), [
    { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } },
    limit,
    0,
  ]);
  const tools = [{ name: 'look', inputSchema: { type: 'object' } }];
  assert.deepEqual(asked('anthropic.claude-opus-5-5', undefined, { tools, origin: 'openai-chat' }), [
    { thinking: { type: 'adaptive', display: 'summarized' } },
    limit,
    0,
  ]);
  assert.deepEqual(asked('us.amazon.nova-2-lite-v1:0', effort), [
    { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } },
    limit,
    0,
  ]);
  assert.deepEqual(asked('us.amazon.nova-2-lite-v1:0', { effort: 'xhigh' }, { temperature: 0 }), [
    { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
    undefined,
    1,
  ]);
  assert.deepEqual(asked('openai.gpt-oss-120b-1:0', effort), [{ reasoning_effort: 'medium' }, limit, 0]);
  assert.deepEqual(asked('meta.llama4-scout', effort), [undefined, limit, 1]);
  assert.deepEqual(asked(claude, { effort: 'none' }), [undefined, limit, 0]);
  // gpt-oss cannot be kept from thinking; Nova does not think unless asked.
  for (const off of [{ effort: 'none' }, { budgetTokens: 0 }] as const) {
    assert.deepEqual(asked('openai.gpt-oss-120b-1:0', off), [{ reasoning_effort: 'low' }, limit, 1]);
    assert.deepEqual(asked('us.amazon.nova-2-lite-v1:0', off), [undefined, limit, 0]);
  }
  const unlimited = write({ reasoning: effort }, claude, { maxOutputTokens: 8000 });
  assert.deepEqual(unlimited.body.inferenceConfig, { maxTokens: 8000 });
});

test('if a thinking budget comes without an output limit, the model’s own limit is added, with a warning if it is a guess', () => {
  const request: Partial<ModelRequest> = { reasoning: { effort: 'high' } };
  const { body, warnings } = write(request);
  assert.deepEqual(body.inferenceConfig, { maxTokens: 64_000 });
  assert.deepEqual(warnings, []);
  const guessed = write(request, 'us.anthropic.claude-sonnet-4-20250514-v1:0').warnings;
  assert.match(guessed.join(), /none was given: 32000 tokens were allowed/);
  assert.equal(write({}).body.inferenceConfig, undefined);
});

test('a JSON schema is sent natively if the family supports it, otherwise as a tool', () => {
  const output = {
    type: 'json-schema',
    name: 'count it',
    schema: { type: 'object', properties: {} },
  } as const;
  const schema = '{"type":"object","properties":{},"additionalProperties":false}';
  assert.deepEqual(write({ output }).body.outputConfig, {
    textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'count_it', schema } } },
  });
  const nova = write({ output, tools }, 'amazon.nova-pro-v1:0');
  assert.deepEqual((nova.body.toolConfig as JsonObject).toolChoice, { any: {} });
  const llama = write({ output }, 'meta.llama3-3-70b-instruct-v1:0');
  assert.deepEqual((llama.body.toolConfig as JsonObject).toolChoice, { auto: {} });
  assert.equal(llama.warnings.length, 2);
  assert.deepEqual(write({ output: { type: 'json' } }).body.system, [
    { text: 'Answer with one JSON object and nothing else.' },
  ]);
});

test('a tool choice is sent as far as Converse supports it', () => {
  const chosen = (request: Partial<ModelRequest>, model?: string) => {
    const { body, warnings } = write({ tools, ...request }, model);
    return [(body.toolConfig as JsonObject | undefined)?.toolChoice, warnings.length];
  };
  assert.deepEqual(chosen({ toolChoice: { type: 'tool', name: 'look' } }), [{ tool: { name: 'look' } }, 0]);
  assert.deepEqual(chosen({ toolChoice: { type: 'required' } }, 'meta.llama4'), [{ auto: {} }, 1]);
  assert.equal(write({ tools, toolChoice: { type: 'none' } }).body.toolConfig, undefined);
  assert.deepEqual(write({ tools, parallelTools: false }).body.additionalModelRequestFields, {
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  });
});

test('if no tool may be called, the tools of earlier calls are declared and the model is instructed', () => {
  const call: ContentPart = { type: 'tool-call', id: 'c', name: 'look', arguments: '{}' };
  const result: ContentPart = {
    type: 'tool-result',
    callId: 'c',
    content: [text('Nothing.')],
    isError: false,
  };
  const messages = [user(text('Go')), assistant(call), user(result)];
  for (const [request, warned] of [
    [{ tools, toolChoice: { type: 'none' } }, /^"none" as tool choice was written into the prompt/],
    [{}, /^That no tool is offered was written/],
  ] as const) {
    const { body, warnings } = write({ ...request, messages });
    assert.deepEqual(
      (body.toolConfig as { tools: { toolSpec: JsonObject }[] }).tools.map(({ toolSpec }) => toolSpec.name),
      ['look'],
    );
    assert.match(JSON.stringify(body.system), /Call no tool now/);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', warned);
  }
  assert.doesNotMatch(JSON.stringify(write({ tools, messages })), /Call no tool/);
});

test('settings that Converse does not have are named', () => {
  const { warnings } = write(
    { seed: 1, topK: 4, user: 'u', parallelTools: false, temperature: 1.5 },
    'meta.llama4',
  );
  assert.equal(warnings.length, 5);
});

test('invalid requests are rejected with the path of the invalid value', () => {
  const hello = { modelId: 'm', messages: [{ role: 'user', content: [{ text: 'Hi' }] }] };
  const cases: [string, JsonObject][] = [
    ['modelId', { messages: [] }],
    ['messages.0.role', { ...hello, messages: [{ role: 'system', content: [] }] }],
    ['messages.0.content', { ...hello, messages: [{ role: 'user', content: 'Hi' }] }],
    ['messages.0.content.0.text', { ...hello, messages: [{ role: 'user', content: [{ text: 1 }] }] }],
    [
      'messages.0.content.0.image.source.bytes',
      { ...hello, messages: [{ role: 'user', content: [{ image: { format: 'png', source: {} } }] }] },
    ],
    ['inferenceConfig.maxTokens', { ...hello, inferenceConfig: { maxTokens: -1 } }],
    [
      'toolConfig.tools.0.toolSpec.inputSchema',
      { ...hello, toolConfig: { tools: [{ toolSpec: { name: 'x' } }] } },
    ],
    ['toolConfig.toolChoice', { ...hello, toolConfig: { tools: [], toolChoice: { some: {} } } }],
  ];
  for (const [param, body] of cases) {
    assert.throws(() => readRequest(body), { code: 'invalid_request', details: { param } });
  }
});

test('a relayed body loses only the fields that belong in the path', () => {
  const body = { modelId: 'a', stream: true, messages: [], inferenceConfig: { topP: 1 } };
  const target = { model: 'b:0', quirks: {}, stream: true };
  const relayed = relayRequest(body, { ...readRequest(body), maxOutputTokens: 9 }, target);
  assert.equal(relayed.path, '/model/b%3A0/converse-stream');
  assert.deepEqual(relayed.edits, [
    { member: 'modelId', value: undefined },
    { member: 'stream', value: undefined },
    { member: 'inferenceConfig', value: { topP: 1, maxTokens: 9 } },
  ]);
});

recordedTest('a recorded request is written as it was read, with nothing left out', () => {
  const requests = collectedReplies('bedrock-converse').flatMap(({ id, request }) =>
    request ? [{ id, request }] : [],
  );
  assert.notEqual(requests.length, 0);
  for (const { id, request } of requests) {
    const model = id.includes('nova') ? 'amazon.nova-lite-v1:0' : claude;
    const read = withoutBlanks(readRequest({ modelId: model, ...request }));
    const { body, warnings } = writeRequest(read, { model, quirks: {}, stream: false });
    const again = readRequest({ modelId: model, ...(JSON.parse(JSON.stringify(body)) as JsonObject) });
    assert.deepEqual({ id, warnings, ...plain(again) }, { id, warnings: [], ...plain(read) });
  }
});

/** Bedrock itself rejects blank text, and the ids of Kimi's calls are outside its documented alphabet. */
function withoutBlanks(request: ModelRequest): ModelRequest {
  const messages = request.messages.map(({ role, content }) => ({
    role,
    content: content.filter((part) => part.type !== 'text' || part.text.trim() !== ''),
  }));
  const plainIds = JSON.stringify(messages).replaceAll(
    'functions.get_temperature:0',
    'functions_get_temperature_0',
  );
  return { ...request, messages: JSON.parse(plainIds) as ModelRequest['messages'] };
}

/** Ignores the order of a schema's keys, which has no meaning. */
function plain(request: ModelRequest): JsonObject {
  const { output, ...rest } = request;
  const schema = output?.type === 'json-schema' ? Object.keys(output.schema).sort() : null;
  return JSON.parse(JSON.stringify({ ...rest, schema })) as JsonObject;
}

test('tools with a cache mark get a cache point after them if the family caches tools, otherwise a warning', () => {
  const look = { name: 'look', inputSchema: { type: 'object' } };
  const marked = [{ ...look, cache: {} }, { ...look, name: 'find', cache: { ttl: '1h' } }, ...tools] as const;
  const { body, warnings } = write({ tools: marked });
  const written = objectOf(body.toolConfig).tools as JsonObject[]; // Conclave wrote it
  assert.deepEqual(
    written.map((tool) => tool.cachePoint ?? objectOf(tool.toolSpec).name),
    ['look', { type: 'default' }, 'find', { type: 'default', ttl: '1h' }, 'look'],
  );
  assert.deepEqual(warnings, []);
  const nova = write({ tools: marked }, 'amazon.nova-pro-v1:0');
  assert.deepEqual(nova.warnings, ['A cache hint on a tool was left out: this model caches no tools.']);
});
