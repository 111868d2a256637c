import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText, startLocalServer } from '../support/local-server.ts';
import { startTestGateway, type Cleanup, type TestGateway } from '../support/gateway.ts';

// Ids of Discord, X and many databases are integers that JavaScript numbers cannot represent exactly.

const id = '1234567890123456789';
const use = `{"type":"tool_use","id":"t1","name":"find","input":{"id":${id}}}`;
const call = `{"id":"t1","type":"function","function":{"name":"find","arguments":"{\\"id\\": ${id}}"}}`;

/** What is answered, by a piece of the path. */
const replies: readonly (readonly [path: string, body: string])[] = [
  [
    '/chat/completions',
    `{"id":"c1","object":"chat.completion","created":1,"model":"x","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[${call}]}}]}`,
  ],
  [
    '/messages',
    `{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-5","content":[${use}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":2}}`,
  ],
  [
    'enerateContent',
    `{"responseId":"r1","candidates":[{"index":0,"finishReason":"STOP","content":{"role":"model","parts":[{"functionCall":{"name":"find","args":{"id":${id}}}}]}}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2}}`,
  ],
  [
    '/converse',
    `{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"t2","name":"find","input":{"id":${id}}}}]}},"stopReason":"tool_use","usage":{"inputTokens":5,"outputTokens":2,"totalTokens":7}}`,
  ],
  [
    '/api/chat',
    `{"model":"qwen3:8b","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"find","arguments":{"id":${id}}}}]},"done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":2}`,
  ],
];

const chat = (model: string, stream = false) =>
  `{"model":"${model}","max_tokens":99,"stream":${stream},"messages":[{"role":"user","content":"Go"},{"role":"assistant","content":null,"tool_calls":[${call}]},{"role":"tool","tool_call_id":"t1","content":"{\\"id\\":${id}}"}],"tools":[{"type":"function","function":{"name":"find","parameters":{"type":"object"}}}]}`;
const messages = (model: string) =>
  `{"model":"${model}","max_tokens":99,"messages":[{"role":"user","content":"Go"},{"role":"assistant","content":[${use}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"}]}],"tools":[{"name":"find","input_schema":{"type":"object"}}]}`;

const asked: readonly (readonly [what: string, path: string, body: string])[] = [
  ['chat to Claude', '/v1/chat/completions', chat('anthropic/claude-sonnet-5')],
  [
    'chat to Claude at Bedrock',
    '/v1/chat/completions',
    chat('bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
  ],
  ['chat to Gemini', '/v1/chat/completions', chat('google/gemini-3.8-flash', true)],
  ['chat to Ollama', '/v1/chat/completions', chat('ollama/qwen3:8b')],
  ['Messages to a chat server', '/v1/messages', messages('lab/x')],
  ['Messages to Gemini', '/v1/messages', messages('google/gemini-3.8-flash')],
];

const bound = '18446744073709551615';
const schema = `{"type":"object","properties":{"id":{"type":"integer","maximum":${bound},"enum":[${id}]}},"required":["id"],"additionalProperties":false}`;
const go = '"max_tokens":99,"messages":[{"role":"user","content":"Go"}]';

const schemasIn: readonly (readonly [what: string, path: string, body: (model: string) => string])[] = [
  [
    'a chat tool',
    '/v1/chat/completions',
    (model) =>
      `{"model":"${model}",${go},"tools":[{"type":"function","function":{"name":"find","parameters":${schema}}}]}`,
  ],
  [
    'a chat format',
    '/v1/chat/completions',
    (model) =>
      `{"model":"${model}",${go},"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":${schema}}}}`,
  ],
  [
    'a tool of Messages',
    '/v1/messages',
    (model) => `{"model":"${model}",${go},"tools":[{"name":"find","input_schema":${schema}}]}`,
  ],
  [
    'a tool of Responses',
    '/v1/responses',
    (model) =>
      `{"model":"${model}","input":"Go","tools":[{"type":"function","name":"find","parameters":${schema}}]}`,
  ],
  [
    'a format of Responses',
    '/v1/responses',
    (model) =>
      `{"model":"${model}","input":"Go","text":{"format":{"type":"json_schema","name":"x","schema":${schema}}}}`,
  ],
];

test('a schema keeps the exact numbers of its client, from every dialect to every other', async (t) => {
  const { gateway, sent } = await gatewayBeforeAll(t);
  const models = [
    'anthropic/claude-sonnet-5',
    'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'google/gemini-3.8-flash',
    'ollama/qwen3:8b',
    'lab/x',
  ];
  for (const model of models) {
    for (const [what, path, body] of schemasIn) {
      await answerTo(gateway, path, body(model));
      assert.ok(sent().includes(bound) && sent().includes(id), `${what} to ${model}: ${sent()}`);
      assert.doesNotMatch(sent(), /rawJSON/, what);
    }
  }
});

test('a tool call keeps the exact number that the model wrote, from every dialect to every other', async (t) => {
  const { gateway, sent } = await gatewayBeforeAll(t);
  for (const [what, path, body] of asked) {
    const text = await answerTo(gateway, path, body);
    assert.ok(sent().includes(id), `${what}: the history says ${sent()}`);
    assert.ok(text.includes(id), `${what}: the answer says ${text}`);
    assert.doesNotMatch(sent() + text, /12345678901234568|rawJSON/, what);
  }
});

/** A gateway before one server that speaks every dialect, and the last call that the server received. */
async function gatewayBeforeAll(t: Cleanup) {
  let sent = '';
  const url = await startLocalServer(t, async (request, response) => {
    const path = request.url ?? '';
    const body = await readText(request);
    const [, reply] = replies.find(([place]) => path.includes(place)) ?? [];
    // Conclave also asks Ollama for its models, at any time.
    if (reply === undefined) return void response.writeHead(404).end();
    sent = body;
    const streamed = path.includes(':stream');
    response.writeHead(200, { 'content-type': streamed ? 'text/event-stream' : 'application/json' });
    response.end(streamed ? `data: ${reply}\n\n` : reply);
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        anthropic: { baseUrl: url, apiKey: 'k' },
        google: { baseUrl: `${url}/v1beta`, apiKey: 'k' },
        bedrock: { baseUrl: url, region: 'us-east-1', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 's' },
        ollama: { baseUrl: url },
        lab: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' },
      },
      routing: { retries: 0 },
    },
  });
  return { gateway, sent: () => sent };
}

async function answerTo(gateway: TestGateway, path: string, body: string): Promise<string> {
  const reply = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body,
  });
  const text = await reply.text();
  assert.equal(reply.status, 200, text);
  return text;
}
