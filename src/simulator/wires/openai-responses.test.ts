import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import OpenAI from 'openai';
import { startSimulator } from '../server.ts';

const simulator = await startSimulator({ latency: 'none' });
after(() => simulator.close());
const openai = new OpenAI({ baseURL: `${simulator.url}/openai/v1`, apiKey: 'sk-test', maxRetries: 0 });

const tools: OpenAI.Responses.FunctionTool[] = [
  {
    type: 'function',
    name: 'get_weather',
    description: 'Current weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    strict: false,
  },
];

test('the official client reads the same response whole and streamed', async () => {
  const request = { model: 'gpt-6-sol', input: 'What is the capital of Spain?', instructions: 'Be brief.' };
  const whole = await openai.responses.create(request);
  assert.match(whole.output_text, /Madrid/);
  assert.equal(whole.status, 'completed');
  const stream = openai.responses.stream(request);
  const types: string[] = [];
  stream.on('event', ({ type }) => types.push(type));
  const streamed = await stream.finalResponse();
  assert.equal(streamed.output_text, whole.output_text);
  assert.deepEqual(streamed.usage, whole.usage);
  assert.equal(types[0], 'response.created');
  assert.equal(types.at(-1), 'response.completed');
});

test('a tool is called, its result is used, and the conversation continues by its id', async () => {
  const first = await openai.responses.create({
    model: 'gpt-6-sol',
    input: 'What is the weather in Oslo?',
    tools,
  });
  const call = first.output.find((item) => item.type === 'function_call');
  assert.ok(call && JSON.parse(call.arguments).city === 'Oslo');
  const second = await openai.responses.create({
    model: 'gpt-6-sol',
    previous_response_id: first.id,
    input: [{ type: 'function_call_output', call_id: call.call_id, output: 'snow' }],
    tools,
  });
  assert.match(second.output_text, /get_weather says: snow/);
  assert.ok((second.usage?.input_tokens ?? 0) > (first.usage?.input_tokens ?? 0));
});

test('tools of every kind are called, wherever they are declared, by their own names', async () => {
  const own: [kind: string, declared: object, named: object][] = [
    ['function_call', { type: 'function', name: 'look_up', parameters: {} }, { name: 'look_up' }],
    ['custom_tool_call', { type: 'custom', name: 'look_up' }, { name: 'look_up' }],
    [
      'custom_tool_call',
      { type: 'namespace', name: 'shelf', tools: [{ type: 'custom', name: 'look_up' }] },
      { name: 'look_up', namespace: 'shelf' },
    ],
  ];
  for (const [kind, declared, named] of own) {
    const question = { role: 'user', content: 'Use look_up to find a book' };
    for (const place of ['tools', 'input'] as const) {
      const items = [{ type: 'additional_tools', role: 'developer', tools: [declared] }, question];
      const request = {
        model: 'gpt-6-sol',
        ...(place === 'tools' ? { input: [question], tools: [declared] } : { input: items }),
      } as OpenAI.Responses.ResponseCreateParamsNonStreaming; // the library knows no additional_tools
      const { output } = await openai.responses.create(request);
      const call = output.find(({ type }) => type === kind);
      assert.ok(call, JSON.stringify(output));
      const { name, namespace } = call as { name?: string; namespace?: string }; // of both kinds of calls
      assert.deepEqual({ name, ...(namespace !== undefined && { namespace }) }, named);
      const events = await openai.responses.create({ ...request, stream: true });
      let [told, input] = ['', ''];
      for await (const event of events) {
        if (event.type === 'response.custom_tool_call_input.delta') told += event.delta;
        if (event.type === 'response.custom_tool_call_input.done') input = event.input;
      }
      assert.equal(told, input);
      assert.equal(input !== '', kind === 'custom_tool_call');
    }
  }
});

test('a response that was not stored cannot be continued', async () => {
  const first = await openai.responses.create({ model: 'gpt-6-sol', input: 'Hello', store: false });
  await assert.rejects(
    openai.responses.create({ model: 'gpt-6-sol', input: 'Go on', previous_response_id: first.id }),
    /Previous response with id/,
  );
});

test('sealed reasoning can be opened only by the simulator', async () => {
  const base = { model: 'gpt-6-sol', store: false, include: ['reasoning.encrypted_content' as const] };
  const first = await openai.responses.create({ ...base, input: 'Why?', reasoning: { effort: 'high' } });
  const reasoning = first.output.find((item) => item.type === 'reasoning');
  assert.ok(reasoning?.encrypted_content);
  const again = (sealed: string): Promise<OpenAI.Responses.Response> =>
    openai.responses.create({
      ...base,
      input: [
        { role: 'user', content: 'Why?' },
        { type: 'reasoning', id: reasoning.id, summary: [], encrypted_content: sealed },
        { role: 'assistant', content: first.output_text },
        { role: 'user', content: 'Go on' },
      ],
    });
  assert.equal((await again(reasoning.encrypted_content)).status, 'completed');
  await assert.rejects(again('gAAAAAforged'), /could not be verified/);
});

test('reasoning is summarised on request', async () => {
  const request = {
    model: 'gpt-6-sol',
    input: 'Why?',
    reasoning: { effort: 'high' as const, summary: 'auto' as const },
  };
  const response = await openai.responses.stream(request).finalResponse();
  const reasoning = response.output.find((item) => item.type === 'reasoning');
  assert.match(reasoning?.summary[0]?.text ?? '', /simulated reasoning/);
  assert.ok((response.usage?.output_tokens_details.reasoning_tokens ?? 0) > 100);
});

test('a token limit makes the response incomplete, and a schema makes it JSON', async () => {
  const cut = await openai.responses.create({
    model: 'gpt-4o',
    input: 'Count to 500',
    max_output_tokens: 16,
  });
  assert.equal(cut.status, 'incomplete');
  assert.equal(cut.incomplete_details?.reason, 'max_output_tokens');
  const json = await openai.responses.create({
    model: 'gpt-6-sol',
    input: 'What is 6 * 7?',
    text: {
      format: {
        type: 'json_schema',
        name: 'sum',
        schema: { type: 'object', properties: { result: { type: 'integer' } }, required: ['result'] },
      },
    },
  });
  assert.deepEqual(JSON.parse(json.output_text), { result: 42 });
});

test('a fault in the middle of the stream reaches the client as an error', async () => {
  const stream = openai.responses.stream({
    model: 'gpt-6-sol!fault=error-event',
    input: 'Tell me about tides',
  });
  await assert.rejects(stream.finalResponse());
});

test('the official client receives embeddings, which are similar for similar texts', async () => {
  const reply = await openai.embeddings.create({
    model: 'text-embedding-3-small',
    input: ['The cat sat on the mat', 'On the mat sat a cat', 'Interest rates rose in spring'],
    dimensions: 256,
  });
  const [a = [], b = [], c = []] = reply.data.map(({ embedding }) => embedding);
  const cosine = (one: number[], two: number[]): number =>
    one.reduce((sum, value, index) => sum + value * (two[index] ?? 0), 0);
  assert.equal(a.length, 256);
  assert.ok(Math.abs(cosine(a, a) - 1) < 1e-5);
  assert.ok(cosine(a, b) > 0.9 && cosine(a, c) < 0.5);
  assert.ok(reply.usage.prompt_tokens > 0);
});
