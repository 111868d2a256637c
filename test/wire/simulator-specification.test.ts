import assert from 'node:assert/strict';
import { after } from 'node:test';
import { startSimulator } from '../../src/simulator/server.ts';
import { openaiSpecification } from '../support/openai-specification.ts';
import { recordedTest } from '../support/test-data.ts';

const simulator = await startSimulator({ latency: 'none' });
after(() => simulator.close());

const messages = [{ role: 'user', content: 'What is the weather in Paris?' }];
const weather = {
  name: 'get_weather',
  description: 'Current weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};
const chat = { model: 'gpt-6-sol', messages };
// With reasoning, functions are for Responses.
const withTools = { ...chat, reasoning_effort: 'none', tools: [{ type: 'function', function: weather }] };
const response = { model: 'gpt-6-sol', input: 'Why?', reasoning: { effort: 'high', summary: 'auto' } };
const sealed = { include: ['reasoning.encrypted_content'] };
const responseTools = [{ type: 'function', ...weather, strict: false }];

/** Path, request, and the schema of the whole reply. */
const wholes: readonly (readonly [path: string, body: object, schema: string])[] = [
  ['chat/completions', chat, 'CreateChatCompletionResponse'],
  ['chat/completions', withTools, 'CreateChatCompletionResponse'],
  ['chat/completions', { ...chat, model: 'gpt-6-sol!fault=429' }, 'ErrorResponse'],
  ['chat/completions', { ...chat, messages: [] }, 'ErrorResponse'],
  ['responses', { ...response, ...sealed }, 'Response'],
  ['responses', { ...response, input: 'What is the weather in Paris?', tools: responseTools }, 'Response'],
  ['responses', { ...response, max_output_tokens: 16 }, 'Response'],
  ['embeddings', { model: 'text-embedding-3-small', input: 'Hello' }, 'CreateEmbeddingResponse'],
];

/** The same for the events of streams. */
const streams: typeof wholes = [
  ['chat/completions', chat, 'CreateChatCompletionStreamResponse'],
  [
    'chat/completions',
    { ...withTools, stream_options: { include_usage: true } },
    'CreateChatCompletionStreamResponse',
  ],
  ['responses', response, 'ResponseStreamEvent'],
  [
    'responses',
    { ...response, input: 'What is the weather in Paris?', tools: responseTools },
    'ResponseStreamEvent',
  ],
];

recordedTest('what the simulated OpenAI says is valid by OpenAI’s own specification', async () => {
  const { deviations } = openaiSpecification();
  for (const [path, body, schema] of wholes) {
    const value: unknown = JSON.parse(await post(path, body));
    assert.deepEqual(deviations(schema, value), [], `${path} ${JSON.stringify(body)}`);
  }
  const list: unknown = await (await fetch(`${simulator.url}/openai/v1/models`)).json();
  assert.deepEqual(deviations('ListModelsResponse', list), []);
});

recordedTest('every event that it streams is valid too', async () => {
  const { deviations } = openaiSpecification();
  for (const [path, body, schema] of streams) {
    const events = (await post(path, { ...body, stream: true }))
      .split('\n\n')
      .filter((event) => event.includes('data: {'));
    assert.ok(events.length > 3);
    for (const event of events) {
      const value: unknown = JSON.parse(event.slice(event.indexOf('data: ') + 'data: '.length));
      assert.deepEqual(deviations(schema, value), [], event);
    }
  }
});

async function post(path: string, body: object): Promise<string> {
  const reply = await fetch(`${simulator.url}/openai/v1/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return reply.text();
}
