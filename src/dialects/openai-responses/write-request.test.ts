import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentPart } from '../../core/wire/content.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { sealReasoning } from '../reasoning/sealed-reasoning.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { readInput } from './read-input.ts';
import { writeRequest } from './write-request.ts';

const target: WireTarget = { model: 'gpt-4.1', quirks: {}, stream: false };
const text = (words: string): ContentPart => ({ type: 'text', text: words });
const request: ModelRequest = {
  model: 'openai/gpt-4.1',
  stream: false,
  messages: [{ role: 'user', content: [text('Hi')] }],
};
const write = (change: Partial<ModelRequest>, to: Partial<WireTarget> = {}) =>
  writeRequest({ ...request, ...change }, { ...target, ...to });

test('a translated request stores nothing at the provider', () => {
  const { path, body, warnings } = write({});
  assert.equal(path, '/responses');
  assert.deepEqual(body, {
    model: 'gpt-4.1',
    input: [{ type: 'message', role: 'user', content: 'Hi' }],
    store: false,
  });
  assert.deepEqual(warnings, []);
});

test('what only OpenAI does with a tool stays with it where its client’s request is written anew', () => {
  const options = { f: { allowed_callers: ['programmatic'] } };
  const extras = [{ name: 'tools.options', fieldClass: 'hint' as const, value: options }];
  const tools = [{ name: 'f', inputSchema: { type: 'object' } }];
  const { body, warnings } = write({ origin: 'openai-responses', tools, extras });
  assert.match(JSON.stringify(body.tools), /"allowed_callers":\["programmatic"\]/);
  assert.deepEqual(warnings, []);
});

test('a model that thinks is asked for its encrypted thoughts, so that they can be sent back', () => {
  const { body } = write({}, { capabilities: { reasoning: true } });
  assert.deepEqual(body.include, ['reasoning.encrypted_content']);
  assert.equal(write({}, { capabilities: { reasoning: false } }).body.include, undefined);
});

test('thoughts, text and calls go back as items in their order, results before other content', () => {
  const proof = sealReasoning('openai-responses', { id: 'rs_1', encrypted_content: 'gAAA' });
  const { body, warnings } = write({
    messages: [
      { role: 'system', content: [text('Be brief.')] },
      { role: 'user', content: [text('Weather?')] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.', signature: proof },
          { type: 'reasoning', text: 'Hm.', signature: 'EqQB==' },
          text('Looking.'),
          { type: 'tool-call', id: 'c1', name: 'f', arguments: '' },
        ],
      },
      {
        role: 'user',
        content: [
          text('And now?'),
          { type: 'tool-result', callId: 'c1', content: [text('no such city')], isError: true },
        ],
      },
    ],
  });
  assert.deepEqual(body.input, [
    { type: 'message', role: 'system', content: 'Be brief.' },
    { type: 'message', role: 'user', content: 'Weather?' },
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'Hm.' }],
      encrypted_content: 'gAAA',
    },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Looking.' }] },
    { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c1', output: 'Error: no such city' },
    { type: 'message', role: 'user', content: 'And now?' },
  ]);
  assert.deepEqual(warnings, ['Reasoning of another model was left out: OpenAI accepts only its own.']);
});

test('a tool without `strict` is sent as not strict', () => {
  const inputSchema = { type: 'object', properties: {} };
  const { body } = write({ tools: [{ name: 'f', inputSchema }] });
  assert.deepEqual(body.tools, [
    { type: 'function', name: 'f', description: null, parameters: inputSchema, strict: false },
  ]);
});

test('a schema, an effort and a summary are sent in OpenAI’s fields', () => {
  const schema = { type: 'object', properties: {}, additionalProperties: false };
  const { body } = write({
    output: { type: 'json-schema', name: 'city', schema, strict: true },
    reasoning: { effort: 'high', visible: true },
  });
  assert.deepEqual(body.text, { format: { type: 'json_schema', name: 'city', schema, strict: true } });
  assert.deepEqual(body.reasoning, { effort: 'high', summary: 'auto' });
});

test('a limit below the minimum is raised and one above the maximum is lowered, each with a warning', () => {
  assert.equal(write({ maxOutputTokens: 5 }).body.max_output_tokens, 16);
  assert.match(write({ maxOutputTokens: 5 }).warnings[0] ?? '', /raised to 16/);
  assert.equal(write({ maxOutputTokens: 500 }, { maxOutputTokens: 100 }).body.max_output_tokens, 100);
});

test('stop sequences and audio are rejected: without them it would be another request', () => {
  assert.throws(() => write({ stop: ['END'] }), { code: 'unsupported', details: { param: 'stop' } });
  const sound: ContentPart = {
    type: 'audio',
    source: { kind: 'base64', mediaType: 'audio/wav', data: 'AA==' },
  };
  assert.throws(() => write({ messages: [{ role: 'user', content: [sound] }] }), { code: 'unsupported' });
});

test('a setting that is only a hint is left out with a warning', () => {
  const { body, warnings } = write({ seed: 1, topK: 40, frequencyPenalty: 1, presencePenalty: 1 });
  assert.deepEqual(Object.keys(body), ['model', 'input', 'store']);
  assert.equal(warnings.length, 4);
});

test('a reasoning model is not sent settings that it rejects', () => {
  const { body, warnings } = write({ temperature: 0.5 }, { model: 'gpt-6-sol' });
  assert.equal(body.temperature, undefined);
  assert.deepEqual(warnings, ['"temperature" was left out: gpt-6-sol does not support it.']);
});

test('long ids of other makers’ calls are shortened in the same way for a call and its result', () => {
  const id = 'x'.repeat(100);
  const { body } = write({
    messages: [
      { role: 'assistant', content: [{ type: 'tool-call', id, name: 'f', arguments: '{}' }] },
      { role: 'user', content: [{ type: 'tool-result', callId: id, content: [text('ok')], isError: false }] },
    ],
  });
  const ids = JSON.stringify(body).match(/"call_id":"(x+)"/g);
  assert.equal(ids?.length, 2);
  assert.equal(ids?.[0], ids?.[1]);
  assert.ok((ids?.[0]?.length ?? 0) < 80);
});

test('the client’s session is the key of the prompt cache, and its user is named', () => {
  const { body } = write({ session: 'session-1', user: 'user-1', temperature: 0.5, topP: 0.9 });
  const { prompt_cache_key, user, temperature, top_p } = body;
  assert.deepEqual(
    { prompt_cache_key, user, temperature, top_p },
    {
      prompt_cache_key: 'session-1',
      user: 'user-1',
      temperature: 0.5,
      top_p: 0.9,
    },
  );
});

const tool = (name: string) => ({ name, inputSchema: { type: 'object', properties: {} } });
const patch = {
  ...tool('apply_patch'),
  declared: {
    type: 'custom' as const,
    name: 'apply_patch',
    grammar: { syntax: 'lark', definition: 'start: "x"' },
  },
};

test('a choice of a tool is sent in the form of that tool; where none can be forced, the model is free to choose', () => {
  const choice = (name: string, quirks: WireTarget['quirks'] = {}) => {
    const { body, warnings } = write(
      { tools: [tool('f'), patch], toolChoice: { type: 'tool', name }, parallelTools: false },
      { model: 'gpt-6-sol', quirks },
    );
    assert.equal(body.parallel_tool_calls, false);
    return [body.tool_choice, warnings.length];
  };
  assert.deepEqual(choice('f'), [{ type: 'function', name: 'f' }, 0]);
  assert.deepEqual(choice('apply_patch'), [{ type: 'custom', name: 'apply_patch' }, 0]);
  assert.deepEqual(choice('f', { forcedToolChoice: false }), ['auto', 1]);
});

test('a call of a custom tool goes back with its text, and its result in the same form', () => {
  const call = (id: string, name: string, args: string) =>
    ({ type: 'tool-call', id, name, arguments: args }) as const;
  const result = (callId: string) =>
    ({ type: 'tool-result', callId, content: [text('ok')], isError: false }) as const;
  const { body } = write(
    {
      tools: [tool('f'), patch],
      messages: [
        {
          role: 'assistant',
          content: [call('c1', 'apply_patch', '{"input":"*** Begin"}'), call('c2', 'f', '{}')],
        },
        { role: 'user', content: [result('c1'), result('c2')] },
      ],
    },
    { model: 'gpt-6-sol' },
  );
  assert.deepEqual(body.input, [
    { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: '*** Begin' },
    { type: 'function_call', call_id: 'c2', name: 'f', arguments: '{}' },
    { type: 'custom_tool_call_output', call_id: 'c1', output: 'ok' },
    { type: 'function_call_output', call_id: 'c2', output: 'ok' },
  ]);
});

test('the outputs of parallel calls come before a message that stands between them', () => {
  const call = (id: string) => ({ type: 'tool-call', id, name: 'f', arguments: '{}' }) as const;
  const result = (callId: string) =>
    ({ type: 'tool-result', callId, content: [text('ok')], isError: false }) as const;
  const { body } = write({
    messages: [
      { role: 'assistant', content: [call('c1'), call('c2')] },
      { role: 'user', content: [result('c1')] },
      { role: 'system', content: [text('Be brief.')] },
      { role: 'user', content: [result('c2')] },
    ],
  });
  assert.deepEqual(
    objectsOf(body.input).map(({ call_id, content }) => call_id ?? content),
    ['c1', 'c2', 'c1', 'c2', 'Be brief.'],
  );
});

test('all parts of the result of a failed tool are sent, after a word that says that it failed', () => {
  const image: ContentPart = {
    type: 'image',
    source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' },
    detail: 'low',
  };
  const shown = { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' };
  const output = (...content: ContentPart[]) => {
    const part: ContentPart = { type: 'tool-result', callId: 'c1', content, isError: true };
    const [item] = write({ messages: [{ role: 'user', content: [part] }] }).body.input as {
      output: unknown;
    }[];
    return item?.output;
  };
  assert.deepEqual(output(text('no such file'), image, text('see above')), [
    { type: 'input_text', text: 'Error: no such file' },
    shown,
    { type: 'input_text', text: 'see above' },
  ]);
  assert.deepEqual(output(image, text('see above')), [
    { type: 'input_text', text: 'Error' },
    shown,
    { type: 'input_text', text: 'see above' },
  ]);
  assert.equal(output(), 'Error');
});

test('an unknown part of an assistant’s message stays in its place in that message', () => {
  const spoken = (text: string) => ({ type: 'output_text', text });
  const citation = { type: 'output_citation', of: 'x' };
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
  const said = { role: 'assistant', content: [spoken('Before.'), citation, spoken('After.')] };
  const messages = readInput([{ role: 'user', content: 'Hi' }, search, said], []);
  const { input } = write({ messages }).body;
  assert.deepEqual(input, [
    { type: 'message', role: 'user', content: 'Hi' },
    search,
    { type: 'message', ...said },
  ]);
});

test('items of this dialect go back unchanged, and parts in their place in a message; a schema that cannot be enforced is described in a system message', () => {
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
  const compaction = { type: 'compaction', encrypted_content: 'gAAA' };
  const shot = { type: 'computer_screenshot', image_url: 'https://example.com/a.png' };
  const opaque = (value: typeof search | typeof compaction | typeof shot): ContentPart => ({
    type: 'opaque',
    dialect: 'openai-responses',
    value,
  });
  const { body } = write(
    {
      messages: [
        { role: 'assistant', content: [opaque(compaction)] },
        { role: 'user', content: [text('Hi'), opaque(shot), text('Look')] },
        { role: 'system', content: [opaque(shot)] },
        { role: 'assistant', content: [opaque(search), text('Found.')] },
      ],
      output: { type: 'json-schema', schema: { type: 'object', properties: { city: { type: 'string' } } } },
    },
    { quirks: { schemaMode: 'none', systemRole: 'developer' } },
  );
  const [instruction, ...items] = body.input as { role?: string; content?: string }[];
  assert.equal(instruction?.role, 'developer');
  assert.match(String(instruction?.content), /"city"/);
  assert.deepEqual(items, [
    compaction,
    {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'Hi' }, shot, { type: 'input_text', text: 'Look' }],
    },
    { type: 'message', role: 'developer', content: [shot] },
    search,
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Found.' }] },
  ]);
  assert.equal(body.text, undefined);
});

test('words that stand in for a grammar are not sent where the grammar itself is', () => {
  const extras = [
    { name: 'tools.0.format', fieldClass: 'hint' as const, value: 'lark', inWords: true as const },
  ];
  const asked: Partial<ModelRequest> = { tools: [patch], origin: 'openai-chat', extras };
  assert.deepEqual(write(asked, { model: 'gpt-6-sol' }).warnings, []);
  assert.equal(write(asked, { model: 'gpt-4.1' }).warnings.length, 1);
});

test('a refusal of the model goes back as a refusal', () => {
  const { body } = write({
    messages: [
      ...request.messages,
      { role: 'assistant', content: [{ type: 'refusal', text: 'I cannot.' }] },
      { role: 'user', content: [text('Why?')] },
    ],
  });
  assert.deepEqual(body.input, [
    { type: 'message', role: 'user', content: 'Hi' },
    { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'I cannot.' }] },
    { type: 'message', role: 'user', content: 'Why?' },
  ]);
});
