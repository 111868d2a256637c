import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { everySeller, post, startTestGateway } from '../support/gateway.ts';

// Most servers of OpenAI's chat format ignore fields that they do not know: without a known one, `auto` would answer a
// request for sound with text.

const gateway = await startTestGateway({ after }, { config: everySeller });
const others = await startTestGateway(
  { after },
  { config: ({ url }) => ({ providers: { groq: { baseUrl: `${url}/groq/v1`, apiKey: 'k' } } }) },
);
const resold = await startTestGateway(
  { after },
  {
    config: ({ url }) => ({
      providers: {
        groq: { baseUrl: `${url}/groq/v1`, apiKey: 'k' },
        azure: { baseUrl: `${url}/openai/v1`, apiKey: 'k' },
      },
      models: [{ id: 'azure/gpt-5.1' }, { id: 'azure/speaker', like: 'gpt-audio' }],
    }),
  },
);

const judged = { moderation: { model: 'omni-moderation-latest' } };
const spoken = { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'mp3' } };

async function ask(at: typeof gateway, model: string, fields: object, headers?: Record<string, string>) {
  const messages = [{ role: 'user', content: 'Say tulip' }];
  const reply = await post(at, '/v1/chat/completions', { model, messages, ...fields }, headers);
  return {
    status: reply.status,
    text: await reply.text(),
    model: reply.headers.get('x-conclave-model') ?? '',
    warnings: reply.headers.get('x-conclave-warnings') ?? '',
  };
}

for (const tier of ['auto', 'auto:economy', 'auto:workhorse'])
  test(`${tier} gives a request for moderation to OpenAI, which is known to act on it`, async () => {
    const { status, text, model, warnings } = await ask(gateway, tier, judged);
    assert.equal(status, 200, text);
    assert.match(model, /^openai\//);
    assert.doesNotMatch(warnings, /moderation/);
  });

test('if no model is known to act on a field, the answer says so, and a strict call is refused', async () => {
  for (const [fields, field] of [
    [judged, 'moderation'],
    [spoken, 'audio'],
    [{ web_search_options: {} }, 'web_search_options'],
  ] as const) {
    const asked = await ask(others, 'auto', fields);
    assert.equal(asked.status, 200, asked.text);
    assert.match(asked.warnings, new RegExp(`"${field}" may be ignored: .* is not known to support it`));
    const strict = await ask(others, 'auto', fields, { 'x-conclave-strict': 'true' });
    assert.equal(strict.status, 400, strict.text);
  }
});

test('a request for sound goes to a model of OpenAI’s that speaks at Azure, whatever the deployment is called', async () => {
  const strict = { 'x-conclave-strict': 'true' };
  const asked = await ask(resold, 'auto', spoken, strict);
  assert.equal(asked.status, 200, asked.text);
  assert.equal(asked.model, 'azure/speaker');
  assert.doesNotMatch(asked.warnings, /audio/);
  assert.equal((await ask(resold, 'auto', { web_search_options: {} }, strict)).status, 400);
});

test('a deployment that is only called after sound is not taken for a model that speaks', async (t) => {
  const notes = { id: 'azure/audio-notes', contextWindow: 100_000, price: { input: 1, output: 2 } };
  const named = await startTestGateway(t, {
    config: ({ url }) => ({
      providers: { azure: { baseUrl: `${url}/openai/v1`, apiKey: 'k' } },
      models: [notes],
    }),
  });
  assert.match((await ask(named, 'auto', spoken)).warnings, /"audio" may be ignored/);
});

test('a model that the caller names is asked as it is', async () => {
  const asked = await ask(others, 'groq/openai/gpt-oss-120b', judged, { 'x-conclave-strict': 'true' });
  assert.equal(asked.status, 200, asked.text);
  assert.doesNotMatch(asked.warnings, /moderation/);
});
