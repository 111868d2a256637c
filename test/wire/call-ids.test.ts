import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json/json.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { claudeAt, post, startTestGateway } from '../support/gateway.ts';

// Some models count their calls anew in every turn. Claude Code pairs results by id alone, and Anthropic and Bedrock refuse
// a conversation that says one twice.

const parameters = { type: 'object', properties: {} };
const calls = ['call_0', 'call_1', 'call_1'].map((id, index) => ({
  index,
  id,
  type: 'function',
  function: { name: 'look', arguments: '{}' },
}));
const choice = { index: 0, finish_reason: 'tool_calls' };
const said = { role: 'assistant', content: null, tool_calls: calls };
const whole = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'x',
  choices: [{ ...choice, message: said }],
};
const events = [
  { ...whole, object: 'chat.completion.chunk', choices: [{ index: 0, delta: said }] },
  { ...whole, object: 'chat.completion.chunk', choices: [{ ...choice, delta: {} }] },
];
const streamed = `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`;

const turn = (id: string): JsonObject[] => [
  { role: 'assistant', content: [{ type: 'tool_use', id, name: 'look', input: {} }] },
  { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: `of ${id}` }] },
];

for (const stream of [false, true]) {
  test(`${stream ? 'a streamed' : 'a whole'} answer calls by no id that the conversation has had`, async (t) => {
    const lab = await startEchoingProvider(t, () => ({ body: stream ? streamed : whole }));
    const gateway = await startTestGateway(t, {
      config: { providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'k' } } },
    });
    const messages = [{ role: 'user', content: 'Go' }, ...turn('call_0')];
    const body = { model: 'lab/x', max_tokens: 99, stream, messages };
    const reply = await post(gateway, '/v1/messages', {
      ...body,
      tools: [{ name: 'look', input_schema: parameters }],
    });
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    assert.deepEqual(
      [...text.matchAll(/"type":"tool_use","id":"(\w+)"/g)].map(([, id]) => id),
      ['call_0_2', 'call_1', 'call_1_2'],
    );
  });
}

test('a conversation with a duplicate id continues with one id per call, and each result keeps its call', async (t) => {
  const claude = await startEchoingProvider(t, () => ({ status: 400, body: { error: { message: 'No' } } }));
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        ...claudeAt(claude.url),
      },
      routing: { retries: 0 },
    },
  });
  const call = (id: string) => ({ id, type: 'function', function: { name: 'look', arguments: '{}' } });
  const messages = [
    { role: 'user', content: 'Go' },
    { role: 'assistant', content: null, tool_calls: [call('call_0'), call('call_0_2')] },
    { role: 'tool', tool_call_id: 'call_0', content: 'first' },
    { role: 'tool', tool_call_id: 'call_0_2', content: 'second' },
    { role: 'assistant', content: null, tool_calls: [call('call_0')] },
    { role: 'tool', tool_call_id: 'call_0', content: 'third' },
  ];
  const tools = [{ type: 'function', function: { name: 'look', parameters } }];
  for (const model of ['anthropic/claude-sonnet-5', 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0']) {
    await post(gateway, '/v1/chat/completions', { model, max_tokens: 99, messages, tools });
    const sent = idsIn(JSON.parse(JSON.stringify(claude.received.at(-1)?.body)) as JsonValue); // parsed just now
    const ids = ['call_0', 'call_0_2', 'call_0_3'];
    assert.deepEqual(sent, { called: ids, answered: ids }, model);
  }
});

test('a Gemini call that gets another id keeps its thought signature, there and back', async (t) => {
  const functionCall = { id: 'call_0', name: 'look', args: {} };
  const parts = [{ functionCall, thoughtSignature: 'U0lHTg==' }];
  const body = { candidates: [{ index: 0, finishReason: 'STOP', content: { role: 'model', parts } }] };
  const google = await startEchoingProvider(t, () => ({ body }));
  const gateway = await startTestGateway(t, {
    config: { providers: { google: { baseUrl: `${google.url}/v1beta`, apiKey: 'k' } } },
  });
  const ask = async (messages: readonly object[]) => {
    const tools = [{ name: 'look', input_schema: parameters }];
    const request = { model: 'google/gemini-3.8-flash', max_tokens: 99, messages, tools };
    const reply = await post(gateway, '/v1/messages', request);
    const { content }: { content: object[] } = JSON.parse(await reply.text());
    return { role: 'assistant', content };
  };
  const signed = () => {
    const text = JSON.stringify(google.received.at(-1)?.body);
    return [
      ...text.matchAll(
        /"functionCall":\{"id":"(\w+)","name":"look","args":\{\}\},"thoughtSignature":"([^"]+)"/g,
      ),
    ].map(([, id, signature]) => [id, signature]);
  };
  const result = (id: string) => ({
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: id, content: 'x' }],
  });
  const first = await ask([{ role: 'user', content: 'Go' }]);
  const history = [{ role: 'user', content: 'Go' }, first, result('call_0')];
  const second = await ask(history);
  await ask([...history, second, result('call_0_2')]);
  const both = [
    ['call_0', 'U0lHTg=='],
    ['call_0_2', 'U0lHTg=='],
  ];
  assert.deepEqual(signed(), both);
  await ask([...history, first, result('call_0')]);
  assert.deepEqual(signed(), both, 'of a client that says an id twice');
});

/** The ids of calls and of results, in their order. */
function idsIn(body: JsonValue): { called: JsonValue[]; answered: JsonValue[] } {
  const found: { called: JsonValue[]; answered: JsonValue[] } = { called: [], answered: [] };
  const walk = (value: JsonValue | undefined): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (!isJsonObject(value)) return;
    const isResult = value.type === 'tool_result' || value.toolResult !== undefined;
    for (const [member, inner] of Object.entries(value)) {
      if (member === 'id' && value.type === 'tool_use' && typeof inner === 'string') found.called.push(inner);
      else if (member === 'tool_use_id' && isResult && typeof inner === 'string') found.answered.push(inner);
      else if (isJsonObject(inner) && typeof inner.toolUseId === 'string')
        (member === 'toolUse' ? found.called : found.answered).push(inner.toolUseId);
      else walk(inner);
    }
  };
  walk(body);
  return found;
}
