import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKey } from '../support/create-key.ts';
import { post, startTestGateway } from '../support/gateway.ts';

// A budget that refuses unknown prices refuses what a request asks for at an unknown price, before it is made.

const chat = (model: string, more: object, content: unknown = 'Hello') => ({
  path: '/v1/chat/completions',
  body: { model, max_tokens: 10, messages: [{ role: 'user', content }], ...more },
});
const responses = (model: string, ...tools: readonly object[]) => ({
  path: '/v1/responses',
  body: { model, max_output_tokens: 16, input: 'Hello', tools },
});
const claude = (type: string, name: string, model = 'claude-sonnet-4-6') => ({
  path: '/v1/messages',
  body: {
    model: `anthropic/${model}`,
    max_tokens: 10,
    messages: [{ role: 'user', content: 'Hello' }],
    tools: [{ type, name }],
  },
});
const sound = [{ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }];
const speaking = { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } };

const refused = {
  'a spoken answer': chat('openai/gpt-4o-audio-preview', speaking),
  'a spoken question': chat('openai/gpt-4o-audio-preview', {}, sound),
  'a spoken question to Voxtral': chat('mistral/voxtral-small-latest', {}, sound),
  'a spoken question to Voxtral by its dated name': chat('mistral/voxtral-small-2507', {}, sound),
  'a spoken question to Voxtral elsewhere': chat('openrouter/mistralai/voxtral-small-24b-2507', {}, sound),
  'a search without a price': responses('lab/gpt', { type: 'web_search' }),
  'a code interpreter': responses('openai/gpt-5.6-terra', {
    type: 'code_interpreter',
    container: { type: 'auto' },
  }),
  'the drawing of images': responses('openai/gpt-5.6-terra', { type: 'image_generation' }),
  'code in a container of Anthropic': claude('code_execution_20250825', 'code_execution'),
};
const allowed = {
  'a spoken answer with a price': chat('openai/gpt-audio', speaking),
  'a search with a price': responses('openai/gpt-5.6-terra', { type: 'web_search' }),
  'a search of Claude': claude('web_search_20250305', 'web_search'),
  'a search whose price is configured': responses('lab/priced', { type: 'web_search' }),
  'a search of a model whose row lacks it': responses('openai/o3-pro', { type: 'web_search' }),
  'a search of Claude Haiku 5.5': claude('web_search_20250305', 'web_search', 'claude-haiku-5-5'),
  'a search that a coding agent declares beside its own tools': responses(
    'lab/gpt',
    { type: 'web_search', external_web_access: false },
    { type: 'function', name: 'shell', parameters: { type: 'object', properties: {} } },
  ),
  'a text for Voxtral': chat('mistral/voxtral-small-latest', {}),
  'a name that may mean a newer model': chat('mistral/mistral-large-latest', {}),
  'sound for Gemini, which has one price for all input': chat('google/gemini-2.5-pro', {}, sound),
};

test('what is billed apart at an unknown price is refused by a budget that refuses unknown prices, and only that', async (t) => {
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        openai: { apiKey: 'k' },
        anthropic: { apiKey: 'k' },
        google: { apiKey: 'k' },
        mistral: { apiKey: 'k' },
        openrouter: { apiKey: 'k' },
        lab: { dialect: 'openai-responses', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'k' },
      },
      models: [
        { id: 'lab/gpt', price: { input: 1, output: 2 } },
        { id: 'lab/priced', price: { input: 1, output: 2, webSearch: 10 } },
      ],
    },
  });
  const { key } = await createKey(gateway, { name: 'strict', budgets: [{ window: 'day', limitUsd: 5 }] });
  const isRefused = async ({ path, body }: { path: string; body: object }) => {
    const reply = await post({ ...gateway, key }, path, body, { 'x-conclave-dry-run': 'true' });
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    const { refused } = JSON.parse(text) as { refused?: { message: string } };
    if (refused)
      assert.match(
        refused.message,
        /the price of the model is unknown, or that of something the call asks for/,
      );
    return refused !== undefined;
  };
  for (const [what, call] of Object.entries(refused)) assert.equal(await isRefused(call), true, what);
  for (const [what, call] of Object.entries(allowed)) assert.equal(await isRefused(call), false, what);
});
