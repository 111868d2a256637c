import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { everySeller, post, startTestGateway } from '../support/gateway.ts';
import { modelRequests } from '../support/model-requests.ts';

// OpenAI's chat clients may offer tools whose calls are a text and no JSON. Other models are told of them as functions
// with one text, and the client hears their calls as it declared the tool.

const simulated = await startTestGateway({ after }, { config: everySeller });

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

async function callOf(
  asked: object,
  stream: boolean,
  gateway = simulated,
): Promise<{ call: Call; warnings: string }> {
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
  'deepseek/deepseek-v4-flash',
  'mistral/mistral-large-latest',
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
      assert.match(warnings, /"tools\.0\.custom\.format" was written into the prompt/);
      const messages = [
        question,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: call.id, content: 'Done.' },
      ];
      const next = await post(simulated, '/v1/chat/completions', { ...asked, messages });
      assert.equal(next.status, 200, await next.text());
    }
  });
}

for (const model of [
  'deepseek/deepseek-v4-flash',
  'mistral/mistral-large-latest',
  'groq/openai/gpt-oss-120b',
]) {
  test(`${model} gets earlier calls of a custom tool as calls of a function, though it speaks the client’s dialect`, async () => {
    const call = { id: 'call_1', type: 'custom', custom: { name: 'apply_patch', input: 'a.txt' } };
    const messages = [
      question,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: 'Done.' },
    ];
    const reply = await post(simulated, '/v1/chat/completions', { model, messages });
    assert.equal(reply.status, 200, await reply.text());
    type Sent = { messages: { tool_calls?: { type: string; function?: object }[] }[] };
    const sent = modelRequests(simulated.simulator).at(-1)?.body as Sent; // our own gateway wrote it
    const calls = sent.messages.flatMap(({ tool_calls: made = [] }) => made);
    const asFunction = { name: 'apply_patch', arguments: '{"input":"a.txt"}' };
    assert.deepEqual(
      calls.map(({ type, function: called }) => ({ type, called })),
      [{ type: 'function', called: asFunction }],
    );
  });
}

test('OpenAI’s own models get it unchanged', async () => {
  const asked = { model: 'openai/gpt-6-sol', messages: [question], tools: [patch] };
  const reply = await post(simulated, '/v1/chat/completions', asked);
  assert.equal(reply.status, 200, await reply.text());
  const sent = modelRequests(simulated.simulator).at(-1);
  assert.equal(sent?.path, '/openai/v1/chat/completions');
  assert.deepEqual((sent.body as { tools: unknown }).tools, [patch]); // our own gateway wrote it
});

const usage = { input_tokens: 5, output_tokens: 2, total_tokens: 7 };
const input = 'Say "x"\n\\ and 😀';
const item = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_1', name: 'apply_patch', input };
const response = { id: 'resp_1', object: 'response', status: 'completed', model: 'm', output: [item], usage };

/** As OpenAI streams it, cut in the middle of a character. */
function streamedCall(): string {
  const cut = input.length - 1;
  const events = [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, input: '' } },
    ...[input.slice(0, 4), input.slice(4, cut), input.slice(cut)].map((delta) => ({
      type: 'response.custom_tool_call_input.delta',
      output_index: 0,
      delta,
    })),
    { type: 'response.custom_tool_call_input.done', output_index: 0, input },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

test('OpenAI is offered a chat client’s custom tool with its grammar over Responses too, and its calls return as such', async (t) => {
  const provider = await startEchoingProvider(t, ({ body }) => ({
    body: body.stream === true ? streamedCall() : response,
  }));
  const gateway = await startTestGateway(t, {
    config: { providers: { openai: { baseUrl: `${provider.url}/v1`, apiKey: 'k' } } },
  });
  const read = { type: 'function', function: { name: 'read', parameters: { type: 'object' } } };
  const choice = { type: 'custom', custom: { name: 'apply_patch' } };
  const asked = {
    model: 'openai/gpt-6-sol',
    messages: [question],
    tools: [patch, read],
    tool_choice: choice,
    reasoning_effort: 'high',
  };
  for (const stream of [false, true]) {
    const { call, warnings } = await callOf(asked, stream, gateway);
    assert.deepEqual(call, { id: 'call_1', type: 'custom', custom: { name: 'apply_patch', input } });
    assert.doesNotMatch(warnings, /format/);
    const [first] = provider.received.slice(-1);
    assert.equal(first?.path, '/v1/responses');
    const { tools, tool_choice } = first.body;
    assert.deepEqual((tools as object[])[0], {
      type: 'custom',
      name: 'apply_patch',
      description: 'Edits files.',
      format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
    });
    assert.deepEqual(tool_choice, { type: 'custom', name: 'apply_patch' });

    const messages = [
      question,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: call.id, content: 'Done.' },
    ];
    await callOf({ ...asked, messages }, stream, gateway);
    const [, called, result] = (provider.received.at(-1)?.body.input ?? []) as object[]; // as Conclave wrote it
    assert.deepEqual(called, { type: 'custom_tool_call', call_id: 'call_1', name: 'apply_patch', input });
    assert.deepEqual(result, { type: 'custom_tool_call_output', call_id: 'call_1', output: 'Done.' });
  }
});

function lastTopK(): number | undefined {
  const sent = modelRequests(simulated.simulator).at(-1)?.body as { top_k?: number } | undefined; // our own gateway wrote it
  return sent?.top_k;
}

test('a setting that sellers of the client’s dialect have beside OpenAI’s goes to them with a custom tool, too', async () => {
  for (const [model, sent, warned] of [
    ['deepseek/deepseek-v4-flash', 5, false],
    ['xai/grok-4.3', 5, false],
    ['groq/openai/gpt-oss-120b', undefined, true],
    ['openai/gpt-4.1', undefined, true],
  ] as const) {
    for (const tools of [[], [patch]]) {
      const body = { model, messages: [question], top_k: 5, min_p: 0.1, ...(tools.length > 0 && { tools }) };
      const reply = await post(simulated, '/v1/chat/completions', body);
      assert.equal(reply.status, 200, await reply.text());
      assert.equal(lastTopK(), sent, model);
      assert.equal(
        /"top_k" was left out/.test(reply.headers.get('x-conclave-warnings') ?? ''),
        warned,
        model,
      );
    }
  }
});

test('a top_k of -1, by which some servers mean all tokens, goes to sellers of the client’s dialect; others say that they lack it', async () => {
  for (const [model, sent] of [
    ['deepseek/deepseek-v4-flash', -1],
    ['anthropic/claude-sonnet-4-5', undefined],
    ['ollama/qwen3:8b', undefined],
  ] as const) {
    for (const tools of [[], [patch]]) {
      const body = { model, messages: [question], top_k: -1, ...(tools.length > 0 && { tools }) };
      const reply = await post(simulated, '/v1/chat/completions', body);
      assert.equal(reply.status, 200, await reply.text());
      assert.equal(lastTopK(), sent, model);
      const warnings = reply.headers.get('x-conclave-warnings') ?? '';
      assert.equal(/"top_k" was left out/.test(warnings), sent === undefined, warnings);
    }
  }
});
