import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentPart, Message } from '../../core/wire/content.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest, ReasoningEffort } from '../../core/wire/request.ts';
import { joinedTurns } from '../../../test/support/joined-turns.ts';
import { collectedReplies } from '../../../test/support/recorded-replies.ts';
import { recordedTest } from '../../../test/support/test-data.ts';
import { readRequest } from './read-request.ts';
import { relayRequest } from './relay-request.ts';
import { sealSignature } from '../makers/gemini-signatures.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { writeRequest } from './write-request.ts';

const text = (words: string): ContentPart => ({ type: 'text', text: words });
const user = (...content: ContentPart[]): Message => ({ role: 'user', content });
const assistant = (...content: ContentPart[]): Message => ({ role: 'assistant', content });
const call = (id: string): ContentPart => ({
  type: 'tool-call',
  id,
  name: 'look',
  arguments: '{"at":"sky"}',
});
const result = (callId: string, words: string, isError = false): ContentPart => ({
  type: 'tool-result',
  callId,
  content: [text(words)],
  isError,
});
const tools = [{ name: 'look', description: 'Looks', inputSchema: { type: 'object' } }];

function write(
  request: Partial<ModelRequest>,
  model = 'gemini-3-flash',
  target: Partial<WireTarget> = {},
): { body: JsonObject; warnings: readonly string[]; path: string } {
  const { body, warnings, path } = writeRequest(
    { model: 'any', stream: false, messages: [user(text('Hello'))], ...request },
    { model, quirks: {}, stream: false, ...target },
  );
  // Through JSON, as the body is sent.
  return { body: JSON.parse(JSON.stringify(body)) as JsonObject, warnings, path };
}

test('a plain request has the model in its path, and its settings in their fields', () => {
  const written = write(
    {
      messages: [{ role: 'system', content: [text('Be brief.')] }, user(text('Hello'))],
      maxOutputTokens: 50,
      temperature: 0.5,
      topK: 7,
      seed: 3,
      stop: ['1', '2', '3', '4', '5', '6'],
    },
    'gemini-2.5-flash',
    { stream: true },
  );
  assert.equal(written.path, '/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
  assert.deepEqual(written.body, {
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
    generationConfig: {
      maxOutputTokens: 50,
      temperature: 0.5,
      topK: 7,
      seed: 3,
      stopSequences: ['1', '2', '3', '4', '5'],
    },
  });
  assert.equal(written.warnings.length, 1);
});

test('responses have the name and id of their calls, and media come after a response', () => {
  const { body } = write(
    {
      tools,
      messages: [
        user(text('Look')),
        assistant(text('Looking.'), call('a'), call('b')),
        user(
          result('a', '{"colour":"blue"}'),
          {
            type: 'tool-result',
            callId: 'b',
            content: [
              text('see'),
              { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' } },
            ],
            isError: false,
          },
          text('And?'),
        ),
        assistant(call('c')),
        user(result('c', 'no', true)),
      ],
    },
    'gemini-2.5-pro',
  );
  const functionCall = (id: string) => ({ functionCall: { id, name: 'look', args: { at: 'sky' } } });
  assert.deepEqual(body.contents, [
    { role: 'user', parts: [{ text: 'Look' }] },
    { role: 'model', parts: [{ text: 'Looking.' }, functionCall('a'), functionCall('b')] },
    {
      role: 'user',
      parts: [
        { functionResponse: { id: 'a', name: 'look', response: { colour: 'blue' } } },
        { functionResponse: { id: 'b', name: 'look', response: { output: 'see' } } },
        { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
        { text: 'And?' },
      ],
    },
    { role: 'model', parts: [functionCall('c')] },
    { role: 'user', parts: [{ functionResponse: { id: 'c', name: 'look', response: { error: 'no' } } }] },
  ]);
});

test('signatures return to the part that they came with, and calls of other models are marked as having none', () => {
  const sealed = (part: Parameters<typeof sealSignature>[1]): ContentPart => ({
    type: 'reasoning',
    text: '',
    signature: sealSignature('Cs==', part),
  });
  const opaque: ContentPart = {
    type: 'opaque',
    dialect: 'google-generate',
    value: { executableCode: { language: 'PYTHON', code: '1' } },
  };
  const { body, warnings } = write({
    tools,
    messages: [
      user(text('Go')),
      // The order in which a client of OpenAI's returns them.
      assistant(sealed({ at: 'call', callId: 'a' }), text('Hm.'), call('a'), call('b')),
      user(result('a', '1'), result('b', '2')),
      assistant(sealed({ at: 'part' }), opaque, text('One.'), sealed({ at: 'text' })),
      user(text('On')),
      assistant(call('c')),
      user(result('c', '3')),
    ],
  });
  const parts = (body.contents as { parts: JsonObject[] }[]).map((turn) =>
    turn.parts.map(({ thoughtSignature, ...part }) => [Object.keys(part)[0], thoughtSignature]),
  );
  assert.deepEqual(parts[1], [
    ['text', undefined],
    ['functionCall', 'Cs=='],
    ['functionCall', undefined],
  ]);
  assert.deepEqual(parts[3], [
    ['executableCode', 'Cs=='],
    ['text', undefined],
    ['text', 'Cs=='],
  ]);
  assert.deepEqual(parts[5], [['functionCall', 'skip_thought_signature_validator']]);
  assert.deepEqual(warnings, []);
  const foreign: ContentPart = {
    type: 'reasoning',
    text: 'x',
    signature: 'Eq==',
  };
  const mixed = write({ messages: [user(text('Go')), assistant(foreign, text('y')), user(text('On'))] });
  assert.equal(mixed.warnings.length, 1);
  assert.doesNotMatch(JSON.stringify(mixed.body), /Eq==/);
});

test('media are sent inline or by URL, and files of other providers are rejected', () => {
  const { body } = write({
    messages: [
      user(
        { type: 'image', source: { kind: 'url', url: 'https://example.org/a.png?x=1' } },
        { type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' } },
        { type: 'document', source: { kind: 'text', text: 'note' }, title: 'T' },
        { type: 'audio', source: { kind: 'base64', mediaType: 'audio/wav', data: 'UklG' } },
      ),
    ],
  });
  assert.deepEqual((body.contents as { parts: unknown }[])[0]?.parts, [
    { fileData: { fileUri: 'https://example.org/a.png?x=1', mimeType: 'image/png' } },
    { inlineData: { mimeType: 'application/pdf', data: 'JVBE' } },
    { text: 'T\n\nnote' },
    { inlineData: { mimeType: 'audio/wav', data: 'UklG' } },
  ]);
  const file: ContentPart = { type: 'image', source: { kind: 'file', fileId: 'f', dialect: 'openai-chat' } };
  assert.throws(() => write({ messages: [user(file)] }), { code: 'unsupported' });
});

test('an effort over Chat Completions, which has no setting for showing thoughts, shows them', () => {
  const asked = (request: Partial<ModelRequest>) =>
    (write(request, 'gemini-2.5-flash').body.generationConfig as JsonObject).thinkingConfig;
  const effort = 'low';
  const thinkingBudget = 1024;
  assert.deepEqual(asked({ origin: 'openai-chat', reasoning: { effort } }), {
    thinkingBudget,
    includeThoughts: true,
  });
  assert.deepEqual(asked({ origin: 'openai-chat', reasoning: { effort, visible: false } }), {
    thinkingBudget,
    includeThoughts: false,
  });
  assert.deepEqual(asked({ origin: 'openai-responses', reasoning: { effort } }), { thinkingBudget });
});

test('thinking is requested in the form of the model’s generation', () => {
  const asked = (model: string, reasoning: ModelRequest['reasoning']) => {
    const { body, warnings } = write({ reasoning }, model);
    return [(body.generationConfig as JsonObject).thinkingConfig, warnings.length];
  };
  assert.deepEqual(asked('gemini-3-flash', { effort: 'minimal', visible: true }), [
    { thinkingLevel: 'minimal', includeThoughts: true },
    0,
  ]);
  assert.deepEqual(asked('gemini-3-pro', { effort: 'medium' }), [{ thinkingLevel: 'low' }, 1]);
  assert.deepEqual(asked('gemini-3.1-pro', { effort: 'medium' }), [{ thinkingLevel: 'medium' }, 0]);
  assert.deepEqual(asked('gemini-3.1-pro', { effort: 'none' }), [{ thinkingLevel: 'low' }, 1]);
  assert.deepEqual(asked('gemini-3-flash', { effort: 'max' }), [{ thinkingLevel: 'high' }, 1]);
  assert.deepEqual(asked('gemini-2.5-flash', { effort: 'none' }), [{ thinkingBudget: 0 }, 0]);
  assert.deepEqual(asked('gemini-2.5-pro', { effort: 'none' }), [{ thinkingBudget: 128 }, 1]);
  assert.deepEqual(asked('gemini-2.5-pro', { effort: 'medium' }), [{ thinkingBudget: 8192 }, 0]);
  assert.deepEqual(asked('gemini-2.5-pro', { budgetTokens: 555 }), [{ thinkingBudget: 555 }, 0]);
});

test('a model that lacks the least level of thinking is asked for its own least', () => {
  const asked = (model: string, effort: ReasoningEffort) => {
    const { body, warnings } = write({ reasoning: { effort } }, model);
    return [(body.generationConfig as JsonObject).thinkingConfig, warnings.length];
  };
  for (const model of ['gemini-3.7-flash', 'gemini-3.8-flash', 'gemini-flash-latest', 'gemini-4-flash']) {
    assert.deepEqual(asked(model, 'none'), [{ thinkingLevel: 'low' }, 1], model);
    assert.deepEqual(asked(model, 'minimal'), [{ thinkingLevel: 'low' }, 1], model);
    assert.deepEqual(asked(model, 'medium'), [{ thinkingLevel: 'medium' }, 0], model);
  }
  for (const model of ['gemini-3.6-flash', 'gemini-3.5-flash-lite', 'gemini-flash-lite-latest'])
    assert.deepEqual(asked(model, 'minimal'), [{ thinkingLevel: 'minimal' }, 0], model);
  assert.deepEqual(asked('gemini-3.1-flash-image', 'medium'), [{ thinkingLevel: 'minimal' }, 1]);
  assert.deepEqual(asked('gemini-3-pro-image', 'medium'), [{ thinkingLevel: 'low' }, 1]);
});

test('a thinking budget is brought into the range of the model, or becomes a level', () => {
  const asked = (model: string, budgetTokens: number) => {
    const { body, warnings } = write({ reasoning: { budgetTokens, visible: true } }, model);
    const { includeThoughts, ...thinking } = (body.generationConfig as { thinkingConfig: JsonObject })
      .thinkingConfig;
    assert.equal(includeThoughts, true);
    return [thinking, warnings.length];
  };
  assert.deepEqual(asked('gemini-2.5-flash', 31_999), [{ thinkingBudget: 24_576 }, 1]);
  assert.deepEqual(asked('gemini-2.5-flash', 40), [{ thinkingBudget: 40 }, 0]);
  assert.deepEqual(asked('gemini-2.5-flash-lite', 40), [{ thinkingBudget: 512 }, 1]);
  assert.deepEqual(asked('gemini-2.5-pro', 31_999), [{ thinkingBudget: 31_999 }, 0]);
  assert.deepEqual(asked('gemini-2.5-pro', 63_999), [{ thinkingBudget: 32_768 }, 1]);
  assert.deepEqual(asked('gemini-2.5-pro', 100), [{ thinkingBudget: 128 }, 1]);
  assert.deepEqual(asked('gemini-3.8-flash', 31_999), [{ thinkingLevel: 'high' }, 1]);
  assert.deepEqual(asked('gemini-3.1-pro-preview', 2_000), [{ thinkingLevel: 'low' }, 1]);
});

test('the description of an answer by a schema is sent in the schema, unless that has one', () => {
  const output = { type: 'json-schema', description: 'A city', schema: { type: 'object' } } as const;
  const schemaOf = (asked: typeof output) =>
    (write({ output: asked }).body.generationConfig as JsonObject)['responseJsonSchema'];
  assert.deepEqual(schemaOf(output), { description: 'A city', type: 'object' });
  const own = { type: 'object', description: 'A town' } as const;
  assert.deepEqual(schemaOf({ ...output, schema: own }), own);
});

test('a JSON schema is sent natively, or before Gemini 3 as a function if there are other functions', () => {
  const output = { type: 'json-schema', schema: { type: 'object', properties: {} } } as const;
  const format = { responseMimeType: 'application/json', responseJsonSchema: output.schema };
  assert.deepEqual(write({ output }, 'gemini-2.5-flash').body.generationConfig, format);
  assert.deepEqual(write({ output, tools }).body.generationConfig, format);
  const { body, warnings } = write({ output, tools }, 'gemini-2.5-flash');
  assert.equal(body.generationConfig, undefined);
  assert.deepEqual(body.toolConfig, { functionCallingConfig: { mode: 'ANY' } });
  assert.equal(warnings.length, 1);
  assert.deepEqual(write({ output: { type: 'json' } }).body.generationConfig, {
    responseMimeType: 'application/json',
  });
});

test('a reply knows whether its answer comes by a function that carries a schema', () => {
  const output = { type: 'json-schema', schema: { type: 'object', properties: {} } } as const;
  const answersByTool = (model: string) =>
    writeRequest(
      { model: 'any', stream: false, messages: [user(text('Hello'))], output, tools },
      { model, quirks: {}, stream: false },
    ).answersByTool;
  assert.equal(answersByTool('gemini-2.5-flash'), true);
  assert.equal(answersByTool('gemini-3-flash'), false);
});

test('next to a forced function call a JSON schema is sent as a function, because Google refuses both', () => {
  const output = { type: 'json-schema', schema: { type: 'object', properties: {} } } as const;
  for (const toolChoice of [{ type: 'required' }, { type: 'tool', name: 'look' }] as const) {
    const { body, warnings } = write({ output, tools, toolChoice });
    assert.equal(body.generationConfig, undefined);
    assert.match(JSON.stringify(body.tools), /"look".*"conclave_answer"/);
    assert.equal(warnings.length, 1);
  }
});

test('a tool choice is sent as one of Google’s modes', () => {
  const chosen = (toolChoice: ModelRequest['toolChoice']) => write({ tools, toolChoice }).body.toolConfig;
  assert.deepEqual(chosen({ type: 'none' }), { functionCallingConfig: { mode: 'NONE' } });
  assert.deepEqual(chosen({ type: 'tool', name: 'look' }), {
    functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['look'] },
  });
  assert.deepEqual(chosen({ type: 'required' }), { functionCallingConfig: { mode: 'ANY' } });
  assert.equal(chosen(undefined), undefined);
  for (const toolChoice of [{ type: 'required' }, { type: 'tool', name: 'look' }] as const) {
    const quirks = { forcedToolChoice: false };
    const { body, warnings } = write({ tools, toolChoice }, undefined, { quirks });
    assert.deepEqual(body.toolConfig, { functionCallingConfig: { mode: 'AUTO' } });
    assert.equal(warnings.length, 1);
  }
  assert.equal(write({ toolChoice: { type: 'auto' } }).body.toolConfig, undefined);
});

test('a model with a slash in its name keeps to its place in the path', () => {
  assert.equal(write({}, 'tuned/a b').path, '/models/tuned%2Fa%20b:generateContent');
});

test('a last message of the assistant is continued', () => {
  const { body, warnings } = write({ messages: [user(text('Count')), assistant(text('One, '))] });
  assert.deepEqual(body.contents, [
    { role: 'user', parts: [{ text: 'Count' }] },
    { role: 'model', parts: [{ text: 'One, ' }] },
  ]);
  assert.deepEqual(warnings, []);
});

test('a client’s snake case, old schemas and missing ids are read', () => {
  const request = readRequest({
    model: 'models/gemini-3-flash',
    system_instruction: { parts: [{ text: 'Be brief.' }] },
    contents: [
      { parts: [{ text: 'Look' }, { inline_data: { mime_type: 'image/png', data: 'aGk=' } }] },
      {
        role: 'model',
        parts: [{ function_call: { name: 'look', args: {} } }, { function_call: { name: 'look' } }],
      },
      {
        role: 'user',
        parts: [
          { function_response: { name: 'look', response: { output: 'blue' } } },
          { function_response: { name: 'look', response: { error: 'dark' } } },
        ],
      },
    ],
    tools: [
      {
        function_declarations: [
          {
            name: 'look',
            parameters: {
              type: 'OBJECT',
              properties: { at: { type: 'STRING', nullable: true } },
              property_ordering: ['at'],
            },
          },
        ],
      },
    ],
    generation_config: {
      max_output_tokens: 9,
      thinking_config: { include_thoughts: true, thinking_level: 'LOW' },
    },
  });
  assert.equal(request.model, 'gemini-3-flash');
  assert.deepEqual(request.messages[1]?.content[1], {
    type: 'image',
    source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' },
  });
  assert.deepEqual(
    request.messages[3]?.content.map((part) => part.type === 'tool-result' && [part.callId, part.isError]),
    [
      ['call_1', false],
      ['call_2', true],
    ],
  );
  assert.deepEqual(request.tools?.[0]?.inputSchema, {
    type: 'object',
    properties: { at: { type: ['string', 'null'] } },
  });
  assert.equal(request.maxOutputTokens, 9);
  assert.deepEqual(request.reasoning, { effort: 'low', visible: true });
});

test('invalid requests are rejected with the path of the invalid value', () => {
  const hello = { model: 'm', contents: [{ parts: [{ text: 'Hi' }] }] };
  const cases: [string, JsonObject][] = [
    ['model', { contents: [] }],
    ['contents', { model: 'm' }],
    ['contents.0.role', { model: 'm', contents: [{ role: 'assistant', parts: [] }] }],
    ['contents.0.parts.0.text', { model: 'm', contents: [{ parts: [{ text: 3 }] }] }],
    [
      'contents.0.parts.0.inlineData.data',
      { model: 'm', contents: [{ parts: [{ inlineData: { mimeType: 'a/b' } }] }] },
    ],
    ['contents.0.parts.0.functionCall.name', { model: 'm', contents: [{ parts: [{ functionCall: {} }] }] }],
    ['generationConfig.maxOutputTokens', { ...hello, generationConfig: { maxOutputTokens: 'x' } }],
    ['generationConfig.responseMimeType', { ...hello, generationConfig: { responseMimeType: 'text/xml' } }],
    ['tools.0.functionDeclarations.0.name', { ...hello, tools: [{ functionDeclarations: [{}] }] }],
  ];
  for (const [param, body] of cases) {
    assert.throws(() => readRequest(body), { code: 'invalid_request', details: { param } });
  }
});

test('a relayed body loses only the fields that belong in the path', () => {
  const body = { model: 'a', stream: true, contents: [], generationConfig: { topP: 1 } };
  const relayed = relayRequest(
    body,
    { ...readRequest(body), maxOutputTokens: 9 },
    { model: 'b', quirks: {}, stream: true },
  );
  assert.equal(relayed.path, '/models/b:streamGenerateContent?alt=sse');
  assert.deepEqual(relayed.edits, [
    { member: 'model', value: undefined },
    { member: 'stream', value: undefined },
    { member: 'generationConfig', value: { topP: 1, maxOutputTokens: 9 } },
  ]);
});

recordedTest('a recorded request is written as it was read, with nothing left out', () => {
  const requests = collectedReplies('gemini').flatMap(({ id, request }) =>
    request ? [{ id, request }] : [],
  );
  assert.notEqual(requests.length, 0);
  for (const { id, request } of requests) {
    // A generation that supports a schema together with functions.
    const model = 'gemini-3-flash';
    const read = readRequest({ ...request, model });
    const { body, warnings } = writeRequest(read, { model, quirks: {}, stream: false });
    const again = readRequest({ ...(JSON.parse(JSON.stringify(body)) as JsonObject), model });
    assert.deepEqual({ id, warnings, ...joinedTurns(again) }, { id, warnings: [], ...joinedTurns(read) });
  }
});

test('a failed tool result with only an image refers to the image', () => {
  const picture: ContentPart = {
    type: 'image',
    source: { kind: 'base64', mediaType: 'image/png', data: 'iVBO' },
  };
  const failed: ContentPart = { type: 'tool-result', callId: 'c', content: [picture], isError: true };
  const { body } = write({ tools, messages: [user(text('Go')), assistant(call('c')), user(failed)] });
  assert.match(JSON.stringify(body.contents), /"response":\{"error":"The result follows beside this\."\}/);
});

test('schemas of tools get the form that every provider reads: one array without items fails a whole request', () => {
  const inputSchema = { type: 'object', properties: { list: { type: 'array' }, any: true }, required: null };
  const { body } = write({ tools: [{ name: 'look', inputSchema }] });
  assert.deepEqual(body.tools, [
    {
      functionDeclarations: [
        {
          name: 'look',
          parametersJsonSchema: {
            type: 'object',
            properties: { list: { type: 'array', items: {} }, any: {} },
          },
        },
      ],
    },
  ]);
});

test('schemas of tools and answers get the form that Gemini reads, and what is only described is named', () => {
  const $defs = { E: { type: 'string' } };
  const found = (beside: object) => ({
    type: 'object',
    properties: { a: { $ref: '#/$defs/E', ...beside } },
    $defs,
  });
  const [inputSchema, schema] = [found({ nullable: true }), found({ description: '(nullable: true)' })];
  const ofTool = write({ tools: [{ name: 'look', inputSchema }] });
  assert.deepEqual(ofTool.body.tools, [
    { functionDeclarations: [{ name: 'look', parametersJsonSchema: schema }] },
  ]);
  const ofAnswer = write({ output: { type: 'json-schema', schema: inputSchema } });
  assert.deepEqual(objectOf(ofAnswer.body.generationConfig).responseJsonSchema, schema);
  for (const { warnings } of [ofTool, ofAnswer]) assert.match(warnings.join(), /"nullable" is described/);
});

test('a Gemma without a system prompt and JSON mode is told both in the first user message', () => {
  const messages: Message[] = [
    { role: 'system', content: [text('Be brief.')] },
    user(text('Hello')),
    assistant(text('Hi.')),
    user(text('Well?')),
  ];
  const asked: Partial<ModelRequest> = { messages, reasoning: { effort: 'none' }, output: { type: 'json' } };
  const { body, warnings } = write(asked, 'gemma-3-27b-it');
  assert.deepEqual(Object.keys(body), ['contents']);
  const [first, ...others] = objectsOf(body.contents);
  const said = objectsOf(first?.parts).map((part) => String(part.text));
  assert.deepEqual([said.length, said[0], said.at(-1)], [3, 'Be brief.', 'Hello']);
  assert.match(said[1] ?? '', /JSON/);
  assert.deepEqual(others, objectsOf(write({ messages }, 'gemma-4-31b-it').body.contents).slice(1));
  assert.match(warnings.join(), /put before the first user message/);
});

test('before Gemini 3, a schema beside Google’s own tools is put into words: both its JSON mode and a function are refused there', () => {
  const output = { type: 'json-schema', schema: { type: 'object', properties: {} } } as const;
  const extras = [{ name: 'tools', fieldClass: 'pinning' as const, value: [{ googleSearch: {} }] }];
  const asked: Partial<ModelRequest> = { origin: 'google-generate', extras, output };
  const { body, warnings } = write(asked, 'gemini-2.5-flash');
  assert.match(JSON.stringify(body.systemInstruction), /valid against this JSON Schema/);
  assert.equal(body.generationConfig, undefined);
  assert.deepEqual(body.tools, [{ googleSearch: {} }]);
  assert.equal(warnings.length, 1);
  const third = write(asked, 'gemini-3-flash').body;
  assert.deepEqual(third.generationConfig, {
    responseMimeType: 'application/json',
    responseJsonSchema: output.schema,
  });
});
