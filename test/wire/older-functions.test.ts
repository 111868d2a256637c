import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { JsonObject } from '../../src/core/json/json.ts';
import { startScriptedProvider } from '../providers/scripted-provider.ts';
import { everySeller, post, startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { objectOf } from '../../src/dialects/fields/loose-fields.ts';
import { ownSamples, replyBytes } from '../support/recorded-replies.ts';
import { modelRequests } from '../support/model-requests.ts';

// Before tools, OpenAI's chat had functions: one call at a time, without an id. Older clients get answers in that form.

const gateway = await startTestGateway({ after }, { config: everySeller });

const functions = [
  {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];
const question = { role: 'user', content: 'What is the weather in Bergen?' };

type Called = { name?: string; arguments?: string };
type Said = { content?: string | null; function_call?: Called; tool_calls?: unknown };
type Choice = { message?: Said; delta?: Said; finish_reason?: string | null };

/** What a client receives: its function's name and arguments, its text, and the finish reason. */
async function ask(where: TestGateway, asked: JsonObject) {
  const reply = await post(where, '/v1/chat/completions', asked);
  const text = await reply.text();
  assert.equal(reply.status, 200, text);
  const bodies = asked['stream']
    ? [...text.matchAll(/^data: (\{.*)$/gmu)].map(([, data = '']) => data)
    : [text];
  const heard = { name: '', arguments: '', content: '', end: '' };
  for (const body of bodies) {
    const { choices = [] } = JSON.parse(body) as { choices?: Choice[] }; // our own reply
    for (const { message, delta, finish_reason } of choices) {
      const said = message ?? delta ?? {};
      assert.equal(said.tool_calls, undefined);
      heard.name += said.function_call?.name ?? '';
      heard.arguments += said.function_call?.arguments ?? '';
      heard.content += said.content ?? '';
      heard.end = finish_reason ?? heard.end;
    }
  }
  return { ...heard, warnings: reply.headers.get('x-conclave-warnings') };
}

for (const model of [
  'anthropic/claude-sonnet-4-5',
  'google/gemini-2.5-flash',
  'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'ollama/qwen3:8b',
  'deepseek/deepseek-v4-flash',
  'openai/gpt-4.1',
]) {
  for (const stream of [false, true]) {
    const how = stream ? 'streamed' : 'whole';
    test(`${model} calls a function in the older form, ${how}, and hears what it gave`, async () => {
      const asked = { model, functions, stream };
      const call = await ask(gateway, {
        ...asked,
        messages: [question],
        function_call: { name: 'get_weather' },
      });
      assert.equal(call.name, 'get_weather');
      assert.deepEqual(JSON.parse(call.arguments), { city: 'Bergen' });
      assert.equal(call.end, 'function_call');

      const turn = (city: string, weather: string) => [
        {
          role: 'assistant',
          content: null,
          function_call: { name: 'get_weather', arguments: JSON.stringify({ city }) },
        },
        { role: 'function', name: 'get_weather', content: weather },
      ];
      const messages = [question, ...turn('Bergen', 'Rain'), ...turn('Oslo', 'Snow')];
      const answer = await ask(gateway, { ...asked, messages });
      assert.equal(answer.name, '');
      assert.notEqual(answer.content, '');
      assert.equal(answer.end, 'stop');
      const sent = JSON.stringify(modelRequests(gateway.simulator).at(-1)?.body);
      for (const word of ['Rain', 'Snow', 'Bergen', 'Oslo']) assert.ok(sent.includes(word), sent);

      const told = await ask(gateway, { ...asked, messages: [question], function_call: 'none' });
      assert.equal(told.name, '');
    });
  }
}

test('each function result goes back to its own call', async () => {
  const { model, messages } = {
    model: 'anthropic/claude-sonnet-4-5',
    messages: [
      question,
      { role: 'assistant', content: null, function_call: { name: 'get_weather', arguments: '{}' } },
      { role: 'function', name: 'get_weather', content: 'Rain' },
      { role: 'assistant', content: null, function_call: { name: 'get_weather', arguments: '{}' } },
      { role: 'function', name: 'get_weather', content: null },
    ],
  };
  await ask(gateway, { model, messages, functions });
  type Block = { type: string; id?: string; tool_use_id?: string };
  const sent = modelRequests(gateway.simulator).at(-1)?.body as { messages: { content: Block[] | string }[] }; // our gateway wrote it
  const blocks = sent.messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  const calls = blocks.flatMap(({ id }) => id ?? []);
  assert.equal(new Set(calls).size, 2);
  assert.deepEqual(
    blocks.flatMap(({ tool_use_id: id }) => id ?? []),
    calls,
  );
});

for (const stream of [false, true]) {
  test(`of several calls at once only the first is returned, ${stream ? 'streamed' : 'whole'}, with a warning about the others`, async (t) => {
    const provider = await startScriptedProvider(t);
    const lab = await startTestGateway(t, {
      config: {
        providers: { lab: { dialect: 'anthropic-messages', baseUrl: provider.url, apiKey: 'k' } },
      },
    });
    const sample = ownSamples('anthropic-messages').find(({ id }) => id.endsWith('.parallel-tools'));
    assert.ok(sample);
    provider.say({ contentType: sample.contentType, pieces: [replyBytes(sample)], ending: 'end' });
    const call = await ask(lab, { model: 'lab/m', messages: [question], functions, stream });
    assert.equal(call.name, 'get_weather');
    assert.deepEqual(JSON.parse(call.arguments), sample.expect?.toolCalls[0]?.args);
    assert.match(call.warnings ?? '', /one function call at a time/);
  });
}

for (const model of ['deepseek/deepseek-v4-flash', 'mistral/mistral-large-latest']) {
  test(`${model} gets earlier functions as tools, also if the request declares none`, async () => {
    const messages = [
      question,
      { role: 'assistant', content: null, function_call: { name: 'get_weather', arguments: '{}' } },
      { role: 'function', name: 'get_weather', content: 'Rain' },
    ];
    const { content } = await ask(gateway, { model, messages });
    assert.notEqual(content, '');
    const sent = JSON.stringify(modelRequests(gateway.simulator).at(-1)?.body);
    assert.match(sent, /"tool_calls".*"role":"tool".*Rain/);
  });
}

test('OpenAI’s own models get functions unchanged, and other providers of its dialect get tools', async () => {
  for (const [model, older] of [
    ['openai/gpt-4.1', functions],
    ['deepseek/deepseek-v4-pro', undefined],
  ] as const) {
    const heard = await ask(gateway, { model, messages: [question], functions, function_call: 'auto' });
    const sent = objectOf(modelRequests(gateway.simulator).at(-1)?.body);
    assert.deepEqual(sent['functions'], older);
    assert.equal(heard.name, 'get_weather');
  }
});
