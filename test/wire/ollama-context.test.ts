import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';

// Ollama loads a model again whenever a request asks for another context size.

const hello = {
  model: 'm',
  message: { role: 'assistant', content: 'Hello' },
  done: true,
  done_reason: 'stop',
};

type Started = { readonly extraBody?: Record<string, { num_ctx: number }>; readonly contextWindow?: number };

async function startOllama(t: Cleanup, { extraBody, contextWindow }: Started = {}) {
  const { url, received } = await startEchoingProvider(t, () => ({ body: hello }));
  const gateway = await startTestGateway(t, {
    config: () => ({
      providers: {
        ollama: { baseUrl: url, ...(extraBody && { quirks: { extraBody } }) },
      },
      models: [{ id: 'ollama/m', ...(contextWindow !== undefined && { contextWindow }) }],
    }),
  });
  return async (body: object, content = 'Hi') => {
    const messages = [{ role: 'user', content }];
    const reply = await post(gateway, '/v1/chat/completions', { model: 'ollama/m', messages, ...body });
    assert.equal(reply.status, 200, await reply.text());
    return {
      options: received.at(-1)?.body['options'],
      warnings: reply.headers.get('x-conclave-warnings'),
    };
  };
}

test('a client that names a context size gets it, up to the window of the model', async (t) => {
  const ask = await startOllama(t, { contextWindow: 65_536 });
  for (const [asked, sent] of [
    [{ num_ctx: 32_768 }, 32_768],
    [{ options: { num_ctx: 32_768 } }, 32_768],
    [{ num_ctx: 1e9 }, 65_536],
    [{}, 8_192],
  ] as const) {
    const { options, warnings } = await ask({ ...asked, temperature: 0 });
    assert.deepEqual(options, { num_ctx: sent, temperature: 0 });
    assert.equal(warnings, null);
  }
  for (const asked of [{ num_ctx: 'all' }, { num_ctx: 0 }, { options: 'all' }]) {
    const { options, warnings } = await ask(asked);
    assert.deepEqual(options, { num_ctx: 8_192 });
    assert.match(warnings ?? '', /"(?:num_ctx|options)" was left out/);
  }
  const { options, warnings } = await ask({ options: { num_ctx: 32_768, num_gpu: 1 } });
  assert.deepEqual(options, { num_ctx: 32_768 });
  assert.match(warnings ?? '', /"options\.num_gpu" was left out/);
});

test('a context size that a client names counts only where the conversation and its answer fit', async (t) => {
  const ask = await startOllama(t, { contextWindow: 65_536 });
  const content = 'a '.repeat(20_000);
  for (const [body, sent] of [
    [{ num_ctx: 4_096 }, 32_768],
    [{ options: { num_ctx: 16_384 } }, 32_768],
    [{ num_ctx: 20_000 }, 20_000],
    [{ num_ctx: 20_000, max_tokens: 16_384 }, 32_768],
  ] as const) {
    const { options, warnings } = await ask(body, content);
    assert.partialDeepStrictEqual(options, { num_ctx: sent }, JSON.stringify(body));
    const replaced = sent === 20_000 ? /^$/ : /"num_ctx" became 32768: .* do not fit in \d+ tokens/;
    assert.match(warnings ?? '', replaced, JSON.stringify(body));
  }
});

test('of a model with an unknown window a client gets up to 131,072 tokens, and what the conversation needs', async (t) => {
  const ask = await startOllama(t);
  for (const [body, content, sent] of [
    [{ num_ctx: 1e9 }, 'Hi', 131_072],
    [{ max_tokens: 1e9 }, 'Hi', 131_072],
    [{ num_ctx: 4_096, max_tokens: 1e9 }, 'Hi', 131_072],
    [{ max_tokens: 1e9 }, 'a '.repeat(100_000), 131_072],
    [{ num_ctx: 1e9 }, 'a '.repeat(200_000), 262_144],
    [{ max_tokens: 1e9 }, 'a '.repeat(200_000), 262_144],
  ] as const) {
    const { options } = await ask(body, content);
    assert.partialDeepStrictEqual(options, { num_ctx: sent }, JSON.stringify(body));
  }
});

test('a context size that the operator fixes holds for every prompt and client', async (t) => {
  const ask = await startOllama(t, { extraBody: { options: { num_ctx: 65_536 } } });
  for (const [asked, content] of [
    [{}, 'Hi'],
    [{}, 'a '.repeat(20_000)],
    [{ num_ctx: 4_096 }, 'Hi'],
  ] as const) {
    const { options } = await ask({ ...asked, seed: 3 }, content);
    assert.deepEqual(options, { num_ctx: 65_536, seed: 3 });
  }
});
