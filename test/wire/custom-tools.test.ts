import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { everySimulatedProvider, openTestGateway, post, type TestGateway } from '../support/gateway.ts';

// OpenAI's chat clients may offer tools whose calls are a text and no JSON. Other models are told of them as functions
// with one text, and the client hears their calls as it declared the tool.

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway({
    config: (simulator) => ({ providers: everySimulatedProvider(simulator) }),
  });
});
after(() => gateway.close());

const patch = {
  type: 'custom',
  custom: {
    name: 'apply_patch',
    description: 'Edits files.',
    format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "x"' } },
  },
};
const question = { role: 'user', content: 'Use a tool to look at the file a.txt.' };

type Call = { id: string; type: string; custom?: { name: string; input: string } };

async function callOf(asked: object, stream: boolean): Promise<{ call: Call; warnings: string }> {
  const reply = await post(gateway, '/v1/chat/completions', { ...asked, stream });
  const text = await reply.text();
  assert.equal(reply.status, 200, text);
  const warnings = reply.headers.get('x-conclave-warnings') ?? '';
  if (!stream) {
    const { choices } = JSON.parse(text) as { choices: { message: { tool_calls: Call[] } }[] }; // our own reply
    const call = choices[0]?.message.tool_calls[0];
    assert.ok(call, text);
    return { call, warnings };
  }
  const call: Call = { id: '', type: '', custom: { name: '', input: '' } };
  for (const [, data = ''] of text.matchAll(/^data: (\{.*)$/gmu)) {
    const { choices } = JSON.parse(data) as { choices: { delta: { tool_calls?: Partial<Call>[] } }[] }; // our own stream
    for (const { id, type, custom } of choices[0]?.delta.tool_calls ?? []) {
      call.id ||= id ?? '';
      call.type ||= type ?? '';
      if (call.custom) {
        call.custom.name += custom?.name ?? '';
        call.custom.input += custom?.input ?? '';
      }
    }
  }
  return { call, warnings };
}

for (const model of [
  'anthropic/claude-sonnet-4-5',
  'google/gemini-2.5-flash',
  'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'ollama/qwen3:8b',
]) {
  test(`a custom tool of a chat client is called by ${model}, streamed and whole, and its result goes back`, async () => {
    const asked = { model, messages: [question], tools: [patch] };
    for (const stream of [false, true]) {
      const choice = { type: 'custom', custom: { name: 'apply_patch' } };
      const { call, warnings } = await callOf({ ...asked, tool_choice: choice }, stream);
      assert.equal(call.type, 'custom');
      assert.equal(call.custom?.name, 'apply_patch');
      assert.notEqual(call.custom.input, '');
      assert.doesNotMatch(call.custom.input, /^\s*\{/, 'the text itself, and no JSON around it');
      assert.match(warnings, /"tools\.0\.custom\.format" was told to the model in words/);
      const messages = [
        question,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: call.id, content: 'Done.' },
      ];
      const next = await post(gateway, '/v1/chat/completions', { ...asked, messages });
      assert.equal(next.status, 200, await next.text());
    }
  });
}

test('OpenAI’s own models have it as it is', async () => {
  const asked = { model: 'openai/gpt-6-sol', messages: [question], tools: [patch] };
  const reply = await post(gateway, '/v1/chat/completions', asked);
  assert.equal(reply.status, 200, await reply.text());
  const sent = gateway.simulator.requests().at(-1);
  assert.equal(sent?.path, '/openai/v1/chat/completions');
  assert.deepEqual((sent.body as { tools: unknown }).tools, [patch]); // our own gateway wrote it
});
