import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { everySeller, post, startTestGateway } from '../support/gateway.ts';
import { modelRequests } from '../support/model-requests.ts';

// OpenAI's chat clients may restrict the choice to some of their tools. Its own models know that; others are offered only
// these tools.

const gateway = await startTestGateway({ after }, { config: everySeller });

const tool = (name: string) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
});
const tools = [tool('get_weather'), tool('get_time')];

/** What the provider is sent of a request that allows one of two tools. */
async function sentTo(model: string, mode: string) {
  const named = { type: 'function', function: { name: 'get_weather' } };
  const choice = { type: 'allowed_tools', allowed_tools: { mode, tools: [named] } };
  const messages = [{ role: 'user', content: 'What is the weather in Bergen?' }];
  const reply = await post(gateway, '/v1/chat/completions', { model, messages, tools, tool_choice: choice });
  assert.equal(reply.status, 200, await reply.text());
  const sent = modelRequests(gateway.simulator).at(-1)?.body as { tools: object[]; tool_choice: unknown }; // our own gateway wrote it
  return { tools: sent.tools, choice: sent.tool_choice, asked: choice };
}

for (const model of ['groq/openai/gpt-oss-120b', 'mistral/mistral-large-latest', 'xai/grok-4.3']) {
  for (const mode of ['auto', 'required']) {
    test(`${model} is offered only the allowed tools, and its choice is ${mode}`, async () => {
      const sent = await sentTo(model, mode);
      assert.deepEqual(sent.tools, [tools[0]]);
      assert.equal(sent.choice, mode);
    });
  }
}

test('DeepSeek keeps thinking if it may choose among allowed tools', async () => {
  const sent = await sentTo('deepseek/deepseek-v4-flash', 'auto');
  assert.deepEqual(sent.tools, [tools[0]]);
  assert.equal(sent.choice, 'auto');
});

test('OpenAI is offered all tools, with the client’s own restriction', async () => {
  const sent = await sentTo('openai/gpt-4.1', 'auto');
  assert.deepEqual(sent.tools, tools);
  assert.deepEqual(sent.choice, sent.asked);
});

for (const model of ['anthropic/claude-sonnet-4-5', 'groq/openai/gpt-oss-120b', 'google/gemini-2.5-flash'])
  for (const mode of ['auto', 'required'])
    test(`an empty list of allowed tools offers ${model} none, in both of OpenAI’s formats (${mode})`, async () => {
      const flat = tools.map(({ type, function: called }) => ({ type, ...called }));
      const allowed = { mode, tools: [] };
      for (const [path, fields] of [
        ['/v1/responses', { input: 'Hi', tools: flat, tool_choice: { type: 'allowed_tools', ...allowed } }],
        [
          '/v1/chat/completions',
          {
            messages: [{ role: 'user', content: 'Hi' }],
            tools,
            tool_choice: { type: 'allowed_tools', allowed_tools: allowed },
          },
        ],
      ] as const) {
        const reply = await post(gateway, path, { model, ...fields });
        assert.equal(reply.status, 200, await reply.text());
        assert.doesNotMatch(JSON.stringify(modelRequests(gateway.simulator).at(-1)?.body), /tool|get_time/i);
      }
    });

const weather = { type: 'function', name: 'get_weather' };
for (const { title, tools: given, allowed } of [
  { title: 'none', tools: [weather, { type: 'web_search' }], allowed: [] },
  { title: 'none, of only OpenAI’s own', tools: [{ type: 'web_search' }], allowed: [] },
  { title: 'a function', tools: [weather, { type: 'web_search' }], allowed: [weather] },
])
  test(`OpenAI’s own tools are offered only if they are allowed: ${title}`, async (t) => {
    const openai = await startTestGateway(t, {
      config: ({ url }) => ({ providers: { openai: { baseUrl: `${url}/openai/v1`, apiKey: 'k' } } }),
    });
    const choice = { type: 'allowed_tools', mode: 'auto', tools: allowed };
    const body = { input: 'Hi', tools: given, tool_choice: choice };
    await (await post(openai, '/v1/responses', { ...body, model: 'cascade' })).text();
    const asked = modelRequests(openai.simulator);
    assert.ok(asked.length > 0);
    assert.doesNotMatch(JSON.stringify(asked), /web_search/);

    const strict = { 'x-conclave-strict': 'true' };
    const claude = { ...body, model: 'anthropic/claude-sonnet-4-5' };
    const reply = await post(gateway, '/v1/responses', claude, strict);
    assert.equal(reply.status, 200, await reply.text());
  });

for (const model of ['anthropic/claude-sonnet-4-5', 'google/gemini-2.5-flash', 'ollama/qwen3:8b'])
  test(`${model} is asked the same with a required call of no allowed tool as without tools`, async () => {
    const sent = async (fields: object) => {
      const thinking = model.startsWith('ollama/') ? {} : { reasoning: { effort: 'high' } };
      const body = { model, input: 'Hi', ...thinking, ...fields };
      const reply = await post(gateway, '/v1/responses', body, { 'x-conclave-strict': 'true' });
      assert.equal(reply.status, 200, await reply.text());
      return modelRequests(gateway.simulator).at(-1)?.body;
    };
    const plain = await sent({});
    const choice = { type: 'allowed_tools', mode: 'required', tools: [] };
    assert.deepEqual(await sent({ tools: [weather], tool_choice: choice }), plain);
    assert.deepEqual(await sent({ tool_choice: 'required' }), plain);
  });
