import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { post, startTestGateway } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { completion } from '../support/chat-replies.ts';

// Some providers refuse to stream certain answers: the whole answer is requested, and the client still gets a stream.

type Body = Record<string, unknown>;
type Sent = { readonly path: string; readonly body: Body };

const weather = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const format = { type: 'json_schema', json_schema: { name: 'place', schema } };
const messages = [{ role: 'user', content: 'Weather in Paris?' }];

/** A provider that answers with `reply` (absent: not at all) and refuses what `refuses` says; the gateway in front of it. */
async function behind(
  t: TestContext,
  provider: string,
  refuses: (sent: Sent) => string,
  reply: object | undefined,
) {
  const sent: Sent[] = [];
  const url = await startLocalServer(t, async (request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.parse(await readText(request)) as Body; // what the gateway wrote
    const one = { path: request.url ?? '', body };
    sent.push(one);
    const message = refuses(one);
    if (reply === undefined) return;
    response.writeHead(message === '' ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(message === '' ? reply : { message, error: { message } }));
  });
  const baseUrl = provider === 'groq' ? `${url}/v1` : url;
  const apiKey = 'k';
  const gateway = await startTestGateway(t, {
    config: {
      providers: { [provider]: { baseUrl, apiKey } },
      routing: reply === undefined ? { timeouts: { wholeAnswerMs: 300 } } : {},
    },
  });
  const ask = async (change: object) => {
    const answer = await post(gateway, '/v1/chat/completions', { stream: true, messages, ...change });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  return { ask, sent };
}

test('a Llama at Bedrock answers an agent that streams, although it cannot stream with tools', async (t) => {
  const toolUse = { toolUseId: 't1', name: 'get_weather', input: { city: 'Paris' } };
  const { ask, sent } = await behind(
    t,
    'bedrock',
    ({ path, body }) =>
      path.endsWith('/converse-stream') && body.toolConfig
        ? "This model doesn't support tool use in streaming mode."
        : '',
    {
      output: { message: { role: 'assistant', content: [{ toolUse }] } },
      stopReason: 'tool_use',
      usage: { inputTokens: 9, outputTokens: 5, totalTokens: 14 },
    },
  );
  const model = 'bedrock/meta.llama3-3-70b-instruct-v1:0';
  const { status, headers, text } = await ask({ model, tools: [weather] });
  assert.equal(status, 200, text);
  assert.match(headers.get('content-type') ?? '', /event-stream/);
  assert.match(text, /get_weather[\s\S]*Paris[\s\S]*"finish_reason":"tool_calls"[\s\S]*\[DONE\]/);
  await ask({ model });
  assert.deepEqual(
    sent.map(({ path }) => path.split('/').at(-1)),
    ['converse', 'converse-stream'],
  );
});

const answer = completion('{"city":"Paris"}');

/** https://console.groq.com/docs/structured-outputs */
function refusedByGroq({ body }: Sent): string {
  if (body.response_format === undefined) return '';
  if (body.stream) return 'response_format` does not support streaming';
  return body.tools ? 'json mode cannot be combined with tool/function calling' : '';
}

test('at Groq an answer by a schema is requested whole, and streamed to the client', async (t) => {
  const { ask, sent } = await behind(t, 'groq', refusedByGroq, answer);
  const { status, text } = await ask({ model: 'groq/openai/gpt-oss-120b', response_format: format });
  assert.equal(status, 200, text);
  assert.match(text, /data: [\s\S]*Paris[\s\S]*\[DONE\]/);
  assert.deepEqual(sent[0]?.body.response_format, format);
  assert.ok(!('stream' in (sent[0]?.body ?? {})) && !('stream_options' in (sent[0]?.body ?? {})));
});

test('a whole answer that takes too long is not requested again, because it would take as long', async (t) => {
  const { ask, sent } = await behind(t, 'groq', refusedByGroq, undefined);
  const { status, text } = await ask({ model: 'groq/openai/gpt-oss-120b', response_format: format });
  assert.equal(status, 504, text);
  assert.equal(sent.length, 1);
});

test('at Groq a schema next to tools is put into words', async (t) => {
  const { ask, sent } = await behind(t, 'groq', refusedByGroq, answer);
  const model = 'groq/openai/gpt-oss-120b';
  const { status, headers, text } = await ask({
    model,
    stream: false,
    tools: [weather],
    response_format: format,
  });
  assert.equal(status, 200, text);
  assert.equal(sent[0]?.body.response_format, undefined);
  assert.match(JSON.stringify(sent[0]?.body.messages), /valid against this JSON Schema/);
  assert.match(headers.get('x-conclave-warnings') ?? '', /schema was sent as an instruction/);
});

test('a model of Groq without schemas gets a JSON object and the schema in words', async (t) => {
  const { ask, sent } = await behind(t, 'groq', refusedByGroq, answer);
  const { status, text } = await ask({ model: 'groq/llama-3.3-70b-versatile', response_format: format });
  assert.equal(status, 200, text);
  assert.deepEqual(sent[0]?.body.response_format, { type: 'json_object' });
  assert.match(JSON.stringify(sent[0]?.body.messages), /valid against this JSON Schema/);
});
