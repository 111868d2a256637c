import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentPart } from '../../core/wire/content.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { readRequest } from './read-request.ts';
import { relayRequest } from './relay-request.ts';
import { writeRequest } from './write-request.ts';

const target: WireTarget = { model: 'qwen3:8b', quirks: {}, stream: false };
const hi: ModelRequest = {
  model: 'm',
  stream: false,
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
};

function write(change: Partial<ModelRequest>, wire: Partial<WireTarget> = {}) {
  return writeRequest({ ...hi, ...change }, { ...target, ...wire });
}

/** Returns the context size that is requested for a conversation of one long message. */
function contextFor(characters: number, wire: Partial<WireTarget> = {}): unknown {
  const { body } = write(
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'x'.repeat(characters) }] }] },
    wire,
  );
  return objectOf(body.options).num_ctx;
}

test('a request states the context size, and that nothing may be cut off', () => {
  assert.deepEqual(write({}).body, {
    model: 'qwen3:8b',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: false,
    truncate: false,
    shift: false,
    options: { num_ctx: 8192 },
  });
  assert.equal(contextFor(30_000), 16_384);
  assert.equal(contextFor(300_000), 131_072);
  assert.equal(contextFor(300_000, { contextWindow: 40_960 }), 40_960);
});

test('settings are sent as options', () => {
  const { body } = write({ maxOutputTokens: 9, temperature: 0, topP: 0.5, topK: 3, stop: ['E'], seed: 1 });
  assert.deepEqual(body.options, {
    num_ctx: 8192,
    num_predict: 9,
    temperature: 0,
    top_p: 0.5,
    top_k: 3,
    stop: ['E'],
    seed: 1,
  });
});

test('calls carry objects, results name their tool, and images are next to the text', () => {
  const { body } = write({
    messages: [
      { role: 'assistant', content: [{ type: 'tool-call', id: 'c1', name: 'look', arguments: '{"at":1}' }] },
      {
        role: 'user',
        content: [
          {
            type: 'tool-result',
            callId: 'c1',
            isError: false,
            content: [
              { type: 'text', text: 'seen' },
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
      content: '',
      tool_calls: [{ id: 'c1', function: { name: 'look', arguments: { at: 1 } } }],
    },
    { role: 'tool', content: 'seen', tool_name: 'look', tool_call_id: 'c1' },
    { role: 'user', content: '', images: ['iVBO'] },
  ]);
});

test('thinking is requested only if the model is known to support it, in the form that it supports', () => {
  const think = (model: string, reasoning: ModelRequest['reasoning'], reasons?: boolean) =>
    write({ reasoning }, { model, ...(reasons !== undefined && { capabilities: { reasoning: reasons } }) });
  assert.equal(think('qwen3:8b', { effort: 'high' }, true).body.think, true);
  assert.equal(think('qwen3:8b', { effort: 'none' }).body.think, false);
  assert.equal(think('gpt-oss:20b', { effort: 'xhigh' }).body.think, 'high');
  const least = think('gpt-oss:20b', { effort: 'none' });
  assert.equal(least.body.think, 'low');
  assert.match(String(least.warnings), /"none" was sent as "low"/);
  const budget = think('gpt-oss:20b', { budgetTokens: 20_000 });
  assert.equal(budget.body.think, 'high');
  assert.match(String(budget.warnings), /budget of 20000 tokens was sent as the effort "high"/);
  const unknown = think('llama3.1:8b', { effort: 'high' });
  assert.equal(unknown.body.think, undefined);
  assert.equal(unknown.warnings.length, 1);
});

test('a call cannot be forced: the named tool is the only one offered, with a warning', () => {
  const inputSchema = { type: 'object', properties: {} };
  const tools = [
    { name: 'f', inputSchema },
    { name: 'g', inputSchema },
  ];
  const { body, warnings } = write({ tools, toolChoice: { type: 'tool', name: 'g' } });
  assert.deepEqual(body.tools, [{ type: 'function', function: { name: 'g', parameters: inputSchema } }]);
  assert.equal(warnings.length, 1);
  assert.equal(write({ tools, toolChoice: { type: 'none' } }).body.tools, undefined);
});

/** The tools as Ollama's structs decode them: other types are an error, other keywords are dropped. */
function offered(inputSchema: JsonObject) {
  const { body, warnings } = write({ tools: [{ name: 'f', description: 'Does.', inputSchema }] });
  const [tool] = objectsOf(body.tools);
  const { description, parameters } = objectOf(tool?.function);
  return { description, parameters: objectOf(parameters), warnings };
}

test('the schema of a tool has only what Ollama decodes: one type at the top, and objects as schemas', () => {
  const list = {
    type: ['object', 'null'],
    properties: { any: true, either: { anyOf: [true] } },
    required: null,
  };
  assert.deepEqual(offered(list), {
    description: 'Does.',
    parameters: { type: 'object', properties: { any: {}, either: { anyOf: [{}] } } },
    warnings: [],
  });
  assert.deepEqual(offered({}).parameters, { type: 'object', properties: {} });
});

test('a reference or a union at the top of a tool is resolved, because Ollama would drop it', () => {
  const at = { type: 'object', properties: { at: { type: 'string' } } };
  const referred = offered({ $ref: '#/$defs/at', $defs: { at } });
  assert.deepEqual(referred.parameters.properties, at.properties);
  const either = offered({ oneOf: [at, { type: 'object', properties: { id: { type: 'number' } } }] });
  assert.deepEqual(either.parameters.properties, { ...at.properties, id: { type: 'number' } });
  assert.match(String(either.description), /^Does\.\n\n\(oneOf: /);
  assert.match(either.warnings.join(), /tool "f", "oneOf" is described/);
});

test('a property that is a reference gets what it stands for, because Ollama would offer it without a type', () => {
  const place = { type: 'object', properties: { city: { type: 'string' } } };
  const properties = {
    at: { $ref: '#/$defs/place' },
    from: { anyOf: [{ $ref: '#/$defs/place' }, { type: 'null' }] },
  };
  assert.deepEqual(offered({ type: 'object', properties, required: ['at'], $defs: { place } }), {
    description: 'Does.',
    parameters: {
      type: 'object',
      properties: { at: place, from: { anyOf: [place, { type: 'null' }] } },
      required: ['at'],
    },
    warnings: [],
  });
});

test('the tools of a request together do not grow without limit by what their references stand for', () => {
  const properties = Object.fromEntries(
    Array.from({ length: 200 }, (_, at) => [at, { $ref: '#/$defs/long' }]),
  );
  const inputSchema = { type: 'object', properties, $defs: { long: { description: 'x'.repeat(1_000) } } };
  const tools = Array.from({ length: 100 }, (_, at) => ({ name: `f${at}`, inputSchema }));
  assert.ok(JSON.stringify(write({ tools }).body).length < JSON.stringify(tools).length + 1_100_000);
});

test('a format is put into words while tools are offered, because it would prevent every tool call', () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } } };
  const output = { type: 'json-schema', schema } as const;
  const tools = [{ name: 'f', inputSchema: { type: 'object', properties: {} } }];
  const { body, warnings } = write({ output, tools });
  assert.equal(body.format, undefined);
  assert.match(
    JSON.stringify(objectsOf(body.messages)[0]),
    /"role":"system".*valid against this JSON Schema/,
  );
  assert.match(warnings.join(), /The JSON schema was sent as an instruction/);
  const json = write({ output: { type: 'json' }, tools });
  assert.equal(json.body.format, undefined);
  assert.match(json.warnings.join(), /The prompt asks for JSON/);
  for (const free of [{ output }, { output, tools, toolChoice: { type: 'none' } as const }])
    assert.deepEqual([write(free).body.format, write(free).warnings], [schema, []]);
});

test('the description of an answer by a schema is sent, as a format and in words', () => {
  const output = { type: 'json-schema', description: 'A city', schema: { type: 'object' } } as const;
  assert.deepEqual(write({ output }).body.format, { description: 'A city', type: 'object' });
  const tools = [{ name: 'f', inputSchema: { type: 'object', properties: {} } }];
  assert.match(JSON.stringify(write({ output, tools }).body.messages), /A city/);
});

test('what cannot be sent is rejected by name', () => {
  assert.throws(
    () =>
      write({
        messages: [
          {
            role: 'user',
            content: [{ type: 'image', source: { kind: 'url', url: 'https://example.org/a.png' } }],
          },
        ],
      }),
    (error) => error instanceof ConclaveError && error.code === 'unsupported' && /image/.test(error.message),
  );
});

test('a PDF that a client sends as an image is a document', () => {
  const request = readRequest({
    model: 'm',
    messages: [{ role: 'user', images: ['JVBERi0=', '/9j/4AAQ'] }],
  });
  assert.deepEqual(request.messages[0]?.content, [
    { type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' } },
    { type: 'image', source: { kind: 'base64', mediaType: 'image/jpeg', data: '/9j/4AAQ' } },
  ]);
});

test('a client’s request is read, with ids for calls that have none', () => {
  const request = readRequest({
    model: 'qwen3',
    messages: [
      { role: 'user', content: 'See', images: ['/9j/4AAQ'] },
      {
        role: 'assistant',
        content: '',
        thinking: 'Hm.',
        tool_calls: [
          { function: { name: 'f', arguments: { a: 1 } } },
          { function: { name: 'g', arguments: {} } },
        ],
      },
      { role: 'tool', content: 'of g', tool_name: 'g' },
      { role: 'tool', content: 'of f' },
    ],
    format: { type: 'object' },
    think: 'low',
    keep_alive: '5m',
    options: { num_predict: 5, num_ctx: 4096, mirostat: 1 },
  });
  assert.deepEqual(request.messages, [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'See' },
        { type: 'image', source: { kind: 'base64', mediaType: 'image/jpeg', data: '/9j/4AAQ' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Hm.' },
        { type: 'tool-call', id: 'call_1_0', name: 'f', arguments: '{"a":1}' },
        { type: 'tool-call', id: 'call_1_1', name: 'g', arguments: '{}' },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool-result',
          callId: 'call_1_1',
          content: [{ type: 'text', text: 'of g' }],
          isError: false,
        },
        {
          type: 'tool-result',
          callId: 'call_1_0',
          content: [{ type: 'text', text: 'of f' }],
          isError: false,
        },
      ],
    },
  ]);
  assert.equal(request.stream, true);
  assert.equal(request.maxOutputTokens, 5);
  assert.deepEqual(request.output, { type: 'json-schema', schema: { type: 'object' } });
  assert.deepEqual(request.reasoning, { effort: 'low', visible: true });
  assert.deepEqual(
    request.extras?.map(({ name }) => name),
    ['keep_alive', 'options.num_ctx', 'options.mirostat'],
  );
  const again = writeRequest(request, target).body;
  assert.equal(objectOf(again.options).num_ctx, 4096);
  assert.equal(again.keep_alive, '5m');
});

test('a wrong type is rejected with the path at which it stands', () => {
  const refusedFor = (change: JsonObject) => {
    try {
      readRequest({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...change });
    } catch (error) {
      return error instanceof ConclaveError ? error.details.param : undefined;
    }
    return assert.fail('it was accepted');
  };
  assert.equal(refusedFor({ model: 1 }), 'model');
  assert.equal(refusedFor({ messages: [{ role: 'user', content: ['x'] }] }), 'messages.0.content');
  assert.equal(refusedFor({ messages: [{ role: 'user', images: [1] }] }), 'messages.0.images.0');
  assert.equal(refusedFor({ format: 'xml' }), 'format');
  assert.equal(refusedFor({ think: 'hard' }), 'think');
  assert.equal(refusedFor({ options: { temperature: 'hot' } }), 'options.temperature');
});

test('a relayed body is unchanged except for the model’s name and a context size that holds it', () => {
  const relay = (change: JsonObject) => {
    const body: JsonObject = { model: 'qwen3:8b', messages: [{ role: 'user', content: 'Hi' }], ...change };
    return relayRequest(body, readRequest(body), target).edits;
  };
  assert.deepEqual(relay({ options: { num_ctx: 4096 } }), []);
  assert.deepEqual(relay({ options: { top_k: 3 } }), [
    { member: 'options', value: { top_k: 3, num_ctx: 8192 } },
  ]);
  assert.deepEqual(relay({ model: 'alias', options: { num_ctx: 1 } }), [
    { member: 'model', value: 'qwen3:8b' },
  ]);
});

test('a thought without a proof returns to Ollama, because clients of other dialects return Ollama’s thoughts this way', () => {
  const told = (part: object) => {
    // A part as the reader of another dialect returns it.
    const thought = { type: 'reasoning', text: 'Let me see.', ...part } as ContentPart;
    const call = { type: 'tool-call', id: 'c', name: 'f', arguments: '{"x":1}' } as const;
    const result = { type: 'tool-result', callId: 'c', content: [], isError: false } as const;
    const { body, warnings } = write({
      messages: [
        ...hi.messages,
        { role: 'assistant', content: [thought, call] },
        { role: 'user', content: [result] },
      ],
    });
    const [, answer] = body.messages as JsonObject[]; // Conclave wrote it
    return { thinking: answer?.thinking, warnings };
  };
  for (const origin of ['openai-chat', 'anthropic-messages', 'ollama-chat'] as const)
    assert.deepEqual(told({ origin }), { thinking: 'Let me see.', warnings: [] });
  const claudes = told({ origin: 'anthropic-messages', signature: 'EqQBCgIYAhIM' });
  assert.equal(claudes.thinking, undefined);
  assert.match(claudes.warnings.join(), /Reasoning of other models in earlier turns was left out/);
});

test('arguments that are not an object are sent as text, with a warning', () => {
  const broken = { type: 'tool-call', id: 'c', name: 'f', arguments: '{"a":' } as const;
  const { body, warnings } = write({ messages: [...hi.messages, { role: 'assistant', content: [broken] }] });
  assert.match(JSON.stringify(body.messages), /"arguments":\{"arguments":"\{\\"a\\":"\}/);
  assert.match(
    warnings.join(),
    /The arguments of the call "c" of f are not a JSON object; they were sent as text/,
  );
});
