import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '../server.ts';

const simulator = await startSimulator({ latency: 'none' });
after(() => simulator.close());

const say = (content: string): object => ({ role: 'user', content });

test('Ollama streams lines of JSON by default, with the same text', async () => {
  const body = { model: 'qwen3:8b', messages: [say('What is the capital of Kenya?')] };
  const lines = (await post('chat', body))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const whole = JSON.parse(await post('chat', { ...body, stream: false }));
  assert.match(whole.message.content, /Nairobi|capital/);
  assert.equal(lines.map(({ message }) => message.content).join(''), whole.message.content);
  assert.equal(lines.at(-1).done, true);
  assert.equal(lines.at(-1).prompt_eval_count, whole.prompt_eval_count);
});

test('a prompt longer than num_ctx is cut silently, a shorter one is not', async () => {
  const messages = [
    say('The secret word is plum.'),
    say('filler '.repeat(4_000)),
    say('What is the secret word?'),
  ];
  const ask = async (options: object): Promise<{ message: { content: string }; prompt_eval_count: number }> =>
    JSON.parse(await post('chat', { model: 'qwen3:8b', messages, stream: false, options }));
  const cut = await ask({});
  assert.ok(cut.prompt_eval_count <= 4_096);
  assert.doesNotMatch(cut.message.content, /plum/);
  const kept = await ask({ num_ctx: 32_768 });
  assert.ok(kept.prompt_eval_count > 6_000);
  assert.match(kept.message.content, /plum/);
});

test('tools have no ids: results are matched to calls in order', async () => {
  const tools = [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        description: 'Current weather of a city',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    },
  ];
  const question = say('What is the weather in Rome?');
  const first = JSON.parse(
    await post('chat', { model: 'qwen3:8b', messages: [question], tools, stream: false }),
  );
  assert.deepEqual(first.message.tool_calls[0].function.arguments, { city: 'Rome' });
  const messages = [question, first.message, { role: 'tool', tool_name: 'get_weather', content: 'warm' }];
  const second = JSON.parse(await post('chat', { model: 'qwen3:8b', messages, tools, stream: false }));
  assert.match(second.message.content, /get_weather says: warm/);
});

test('a format is followed, thinking is returned, and texts are embedded', async () => {
  const format = { type: 'object', properties: { result: { type: 'integer' } }, required: ['result'] };
  const json = JSON.parse(
    await post('chat', { model: 'qwen3:30b', messages: [say('What is 2 * 3?')], format, stream: false }),
  );
  assert.deepEqual(Object.keys(JSON.parse(json.message.content)), ['result']);
  const thinking = JSON.parse(
    await post('chat', { model: 'qwen3:8b', messages: [say('Why?')], think: true, stream: false }),
  );
  assert.match(thinking.message.thinking, /simulated reasoning/);
  const embedded = JSON.parse(await post('embed', { model: 'nomic-embed-text', input: ['a b', 'c d'] }));
  assert.equal(embedded.embeddings.length, 2);
});

test('installed models can be listed and shown', async () => {
  const tags: unknown = await (await fetch(`${simulator.url}/ollama/api/tags`)).json();
  assert.match(JSON.stringify(tags), /qwen3:8b/);
  const shown = await post('show', { model: 'qwen3:8b' });
  assert.match(shown, /"general.parameter_count":8200000000,"qwen3.context_length":40960/);
  assert.match(await post('show', { model: 'qwen9:8b' }), /"error":"model \\"qwen9:8b\\" not found/);
});

test('errors are one sentence, and the bill stays at zero', async () => {
  assert.match(
    await post('chat', { model: 'qwen3:8b!fault=404', messages: [say('x')] }),
    /"error":"model \\"qwen3:8b\\" not found/,
  );
  assert.equal(simulator.bill().totalNanoUsd, 0);
  assert.equal(simulator.bill().unpricedCalls, 0);
});

async function post(act: string, body: object): Promise<string> {
  const reply = await fetch(`${simulator.url}/ollama/api/${act}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return reply.text();
}
