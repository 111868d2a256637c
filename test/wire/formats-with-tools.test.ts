import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { completion } from '../support/chat-replies.ts';
import { post, startTestGateway } from '../support/gateway.ts';

// Agents send the schema of their last answer with every step. Servers that constrain each token to it (vLLM, llama.cpp,
// Ollama) never call a tool then: the model invents the answer.

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const response_format = { type: 'json_schema', json_schema: { name: 'place', schema } };
const parameters = { type: 'object', properties: {} };
const tools = [{ type: 'function', function: { name: 'locate', parameters } }];
const messages = [{ role: 'user', content: 'Where?' }];

const ollamaAnswer = {
  model: 'm',
  created_at: '2026-01-01T00:00:00Z',
  message: { role: 'assistant', content: '{"city":"Oslo"}' },
  done: true,
  done_reason: 'stop',
};

test('a local server is asked for the format in words while tools are offered, and held to it otherwise', async (t) => {
  const { url, received } = await startEchoingProvider(t, ({ path }) => ({
    body: path.endsWith('/api/chat') ? ollamaAnswer : completion('{"city":"Oslo"}'),
  }));
  const at = { baseUrl: `${url}/v1`, apiKey: 'k' };
  const gateway = await startTestGateway(t, {
    config: { providers: { vllm: at, scaleway: at, ollama: { baseUrl: url }, openrouter: at } },
  });
  const clients = {
    '/v1/chat/completions': [{ messages, response_format }, { tools }],
    '/v1/messages': [
      { messages, max_tokens: 99, output_config: { format: { type: 'json_schema', schema } } },
      { tools: [{ name: 'locate', input_schema: parameters }] },
    ],
  };
  for (const [path, [plain, offered]] of Object.entries(clients))
    for (const model of ['vllm/qwen3', 'scaleway/qwen3', 'ollama/qwen3', 'openrouter/qwen/qwen3']) {
      const isHeld = async (body: object) => {
        const reply = await post(gateway, path, { model, ...body });
        assert.equal(reply.status, 200, await reply.text());
        const sent = received.at(-1)?.body ?? {};
        const inWords = /valid against this JSON Schema/.test(JSON.stringify(sent['messages']));
        const warnings = reply.headers.get('x-conclave-warnings') ?? '';
        assert.equal(/schema was sent as an instruction/.test(warnings), inWords);
        assert.notEqual((sent['response_format'] ?? sent['format']) !== undefined, inWords);
        return !inWords;
      };
      assert.equal(await isHeld({ ...plain }), true, `${path} ${model}`);
      const canBoth = model.startsWith('openrouter');
      assert.equal(await isHeld({ ...plain, ...offered }), canBoth, `${path} ${model}`);
    }
});

test('a Gemini before the third is asked for JSON in words while tools are offered: it refuses its JSON mode then', async (t) => {
  const { url, received } = await startEchoingProvider(t, () => ({
    body: {
      candidates: [{ content: { role: 'model', parts: [{ text: '{}' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 2 },
    },
  }));
  const gateway = await startTestGateway(t, {
    config: { providers: { google: { baseUrl: url, apiKey: 'k' } } },
  });
  const clients = {
    '/v1/chat/completions': { messages, response_format: { type: 'json_object' }, tools },
    '/v1/responses': {
      input: 'Where?',
      text: { format: { type: 'json_object' } },
      tools: [{ type: 'function', name: 'locate', parameters }],
    },
  };
  for (const [path, { tools: offered, ...plain }] of Object.entries(clients))
    for (const [model, canBoth] of [
      ['google/gemini-2.5-flash', false],
      ['google/gemini-3-flash-preview', true],
    ] as const) {
      const isHeld = async (body: object) => {
        const reply = await post(gateway, path, { model, ...body });
        assert.equal(reply.status, 200, await reply.text());
        const { generationConfig, systemInstruction } = received.at(-1)?.body ?? {};
        const inWords = /one JSON object/.test(JSON.stringify(systemInstruction ?? ''));
        const warnings = reply.headers.get('x-conclave-warnings') ?? '';
        assert.equal(/The prompt asks for JSON/.test(warnings), inWords);
        assert.notEqual(/application\/json/.test(JSON.stringify(generationConfig ?? '')), inWords);
        return !inWords;
      };
      assert.equal(await isHeld(plain), true, `${path} ${model}`);
      assert.equal(await isHeld({ ...plain, tools: offered }), canBoth, `${path} ${model}`);
    }
});
