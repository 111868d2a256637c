import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { startSimulator } from './server.ts';

const simulator = await startSimulator({ latency: 'none' });
after(() => simulator.close());
beforeEach(() => simulator.reset());

const openai = new OpenAI({ baseURL: `${simulator.url}/openai/v1`, apiKey: 'sk-test', maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: `${simulator.url}/anthropic`, apiKey: 'sk-test', maxRetries: 0 });
const handbook = 'The handbook says: be kind to the next reader. '.repeat(200);

const askOpenai = (model: string, question: string): Promise<OpenAI.ChatCompletion> =>
  openai.chat.completions.create({
    model,
    messages: [
      { role: 'system', content: handbook },
      { role: 'user', content: question },
    ],
  });

test('OpenAI reads a long prefix from its cache on the second request, in steps of 128 tokens', async () => {
  const first = await askOpenai('gpt-5.4-mini', 'One?');
  const second = await askOpenai('gpt-5.4-mini', 'Two?');
  assert.equal(first.usage?.prompt_tokens_details?.cached_tokens, 0);
  const cached = second.usage?.prompt_tokens_details?.cached_tokens ?? 0;
  assert.ok(cached > 1_024 && cached % 128 === 0 && cached < (second.usage?.prompt_tokens ?? 0));
});

test('short prompts are not cached, and models do not share a cache', async () => {
  const short = { model: 'gpt-5.4-mini', messages: [{ role: 'user' as const, content: 'Short.' }] };
  await openai.chat.completions.create(short);
  const again = await openai.chat.completions.create(short);
  assert.equal(again.usage?.prompt_tokens_details?.cached_tokens, 0);
  await askOpenai('gpt-5.4-mini', 'One?');
  const other = await askOpenai('gpt-5.4-nano', 'One?');
  assert.equal(other.usage?.prompt_tokens_details?.cached_tokens, 0);
});

test('if cache writes are billed, they are reported', async () => {
  const first = await askOpenai('gpt-6-sol', 'One?');
  const details: unknown = first.usage?.prompt_tokens_details;
  assert.match(JSON.stringify(details), /"cache_write_tokens":\d{4}/);
});

test('Anthropic caches up to the mark, and the three counts add up to the prompt', async () => {
  const ask = (question: string, ttl: '5m' | '1h'): Promise<Anthropic.Message> =>
    anthropic.messages.create({
      model: 'claude-sonnet-5',
      max_tokens: 50,
      system: [{ type: 'text', text: handbook, cache_control: { type: 'ephemeral', ttl } }],
      messages: [{ role: 'user', content: question }],
    });
  const counted = await anthropic.messages.countTokens({
    model: 'claude-sonnet-5',
    system: handbook,
    messages: [{ role: 'user', content: 'Hm?' }],
  });
  const first = (await ask('Hm?', '5m')).usage;
  const second = (await ask('Hm?', '5m')).usage;
  assert.ok((first.cache_creation_input_tokens ?? 0) > 1_024);
  assert.equal(first.cache_read_input_tokens, 0);
  assert.equal(second.cache_read_input_tokens, first.cache_creation_input_tokens);
  assert.equal(second.cache_creation_input_tokens, 0);
  for (const usage of [first, second]) {
    const prompt =
      usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0);
    assert.equal(prompt, counted.input_tokens);
  }
  simulator.reset();
  const long = (await ask('Hm?', '1h')).usage;
  assert.equal(long.cache_creation?.ephemeral_1h_input_tokens, long.cache_creation_input_tokens);
  assert.equal(long.cache_creation?.ephemeral_5m_input_tokens, 0);
});

test('the bill has every call of a conversation at the rates of its cache', async () => {
  const first = await askOpenai('gpt-5.4-mini', 'One?');
  const second = await askOpenai('gpt-5.4-mini', 'Two?');
  let expected = 0;
  for (const { usage } of [first, second]) {
    const cached = usage?.prompt_tokens_details?.cached_tokens ?? 0;
    // Dollars per million 0.75, 0.075 and 4.5 are 750, 75 and 4,500 nano-dollars a token.
    expected +=
      ((usage?.prompt_tokens ?? 0) - cached) * 750 + cached * 75 + (usage?.completion_tokens ?? 0) * 4_500;
  }
  const bill = await (await fetch(`${simulator.url}/__bill`)).json();
  assert.deepEqual(JSON.parse(JSON.stringify(bill)), simulator.bill());
  assert.equal(simulator.bill().totalNanoUsd, expected);
  assert.equal(simulator.bill().calls, 2);
});
