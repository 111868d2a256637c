import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';

/**
 * Half of the bytes are digits and half are commas: two or three bytes a token, compared with four or five in prose.
 */
const numbers = Array.from({ length: 20_000 }, (_, n) => 10 + (n % 90)).join(',');
const prose = 'The committee will meet again on Thursday to discuss the remaining points. '.repeat(800);

async function lab(t: TestContext, models: NonNullable<ConfigInput['models']>) {
  const provider = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        lab: { dialect: 'openai-chat', baseUrl: `${provider.url}/v1`, apiKey: 'key-lab' },
      },
      models,
      routing: { retries: 0 },
    },
  });
  const ask = (model: string, content: string, maxCostUsd?: number, wishes: object = {}) =>
    post(
      gateway,
      '/v1/chat/completions',
      { model, max_tokens: 20, messages: [{ role: 'user', content }], ...wishes },
      maxCostUsd === undefined ? {} : { 'x-conclave-max-cost-usd': `${maxCostUsd}` },
    );
  return { ask, asked: provider.asked };
}

test('a price ceiling applies to a prompt with far more tokens than its length suggests', async (t) => {
  const { ask, asked } = await lab(t, [{ id: 'lab/big', tier: 'frontier', price: { input: 5, output: 25 } }]);
  // About 40,000 tokens at $5 a million; its length alone would suggest 15,000.
  for (const model of ['lab/big', 'auto']) {
    const reply = await ask(model, numbers, 0.1);
    assert.equal(reply.status, 400);
    assert.match(await reply.text(), /ceiling of \$0\.1/);
  }
  assert.equal(asked.length, 0);
});

test('a ceiling counts the price of audio only if the answer may contain audio', async (t) => {
  const price = { input: 2.5, output: 10, outputAudio: 64 };
  const { ask } = await lab(t, [{ id: 'lab/spoken', price }]);
  const status = async (modalities: string[]) =>
    (await ask('lab/spoken', 'Hello', 0.1, { modalities, max_tokens: 4_000 })).status;
  assert.equal(await status(['text', 'audio']), 400);
  assert.equal(await status(['text']), 200);
});

test('a prompt is tokenized before a ceiling refuses it for its length in bytes', async (t) => {
  const { ask } = await lab(t, [{ id: 'lab/big', tier: 'frontier', price: { input: 5, output: 25 } }]);
  // About 11,000 tokens in 60,000 bytes: $0.055, while the byte count allows up to $0.3.
  for (const model of ['lab/big', 'auto']) {
    const reply = await ask(model, prose, 0.12);
    assert.equal(reply.status, 200, await reply.clone().text());
  }
});

test('a ceiling assumes no longer an answer than the model can write', async (t) => {
  const price = { input: 0, output: 5_000 };
  const { ask } = await lab(t, [{ id: 'lab/terse', tier: 'frontier', maxOutputTokens: 10, price }]);
  // Twenty tokens are requested; ten cost $0.05.
  for (const model of ['lab/terse', 'auto'])
    assert.equal((await ask(model, 'Hello', 0.06)).status, 200, model);
  const refused = await ask('lab/terse', 'Hello', 0.04);
  assert.match(await refused.text(), /may cost \$0\.05 \(up to \d+ tokens in and 10 out\)/);
});

test('if many models are above a ceiling, the refusal names the cheapest few and counts the others', async (t) => {
  const dear = Array.from({ length: 30 }, (_, at) => ({
    id: `lab/at-${10 + at}`,
    price: { input: 60 - at, output: 0 },
  }));
  const unpriced = Array.from({ length: 12 }, (_, at) => ({ id: `lab/unpriced-${at}` }));
  const { ask } = await lab(t, [...dear, ...unpriced]);
  const reply = await ask('auto', 'Hello', 0.000001);
  assert.equal(reply.status, 400);
  const { error }: { error: { message: string } } = JSON.parse(await reply.text());
  assert.match(error.message, /the cheapest is lab\/at-39, which may cost \$0\.00/);
  assert.match(
    error.message,
    / lab\/at-39, lab\/at-38, lab\/at-37, lab\/at-36, lab\/at-35 and 25 more: it may cost more than /,
  );
  assert.match(error.message, /(?: lab\/unpriced-\d+,?){5} and 7 more: its price is unknown/);
  assert.ok(error.message.length < 700, error.message);
});

test('a long prompt goes to a model with a known, large enough window rather than to one of unknown window', async (t) => {
  const known = {
    id: 'lab/known',
    tier: 'workhorse',
    contextWindow: 1_000_000,
    price: { input: 3, output: 9 },
  } as const;
  const unknown = { id: 'lab/unknown', tier: 'workhorse', price: { input: 1, output: 3 } } as const;
  const both = await lab(t, [known, unknown]);
  const long = prose.repeat(10);
  assert.equal((await both.ask('auto', prose)).headers.get('x-conclave-model'), 'lab/unknown');
  assert.equal((await both.ask('auto', long)).headers.get('x-conclave-model'), 'lab/known');
  // If no known window is large enough, the model of unknown window is the only option.
  const alone = await lab(t, [unknown, { ...known, contextWindow: 8_000 }]);
  assert.equal((await alone.ask('auto', long)).headers.get('x-conclave-model'), 'lab/unknown');
});

test('a call with a ceiling and no output limit gets the limit that the ceiling was checked with', async (t) => {
  const provider = await startKeyedProvider(t);
  const price = { input: 5, output: 25 };
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        claudes: { dialect: 'anthropic-messages', baseUrl: provider.url, apiKey: 'key-c' },
        lab: { dialect: 'openai-chat', baseUrl: `${provider.url}/v1`, apiKey: 'key-lab' },
      },
      models: [
        { id: 'claudes/claude-opus-4-5', price, maxOutputTokens: 64_000 },
        { id: 'lab/big', price },
      ],
    },
  });
  const limitsSent = async (model: string, headers: Record<string, string>) => {
    const messages = [{ role: 'user', content: 'Hello' }];
    const reply = await post(gateway, '/v1/chat/completions', { model, messages }, headers);
    await reply.arrayBuffer();
    return provider.asked.at(-1)?.body['max_tokens'];
  };
  const ceiling = { 'x-conclave-max-cost-usd': '0.5' };
  for (const model of ['claudes/claude-opus-4-5', 'lab/big'])
    assert.equal(await limitsSent(model, ceiling), 8_192, model);
  assert.equal(await limitsSent('claudes/claude-opus-4-5', {}), 64_000);
  assert.equal(await limitsSent('lab/big', {}), undefined);
});
