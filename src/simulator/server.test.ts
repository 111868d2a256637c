import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { startSimulator } from './server.ts';

const simulator = await startSimulator({ latency: 'none' });
after(() => simulator.close());

const openai = new OpenAI({ baseURL: `${simulator.url}/openai/v1`, apiKey: 'sk-test', maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: `${simulator.url}/anthropic`, apiKey: 'sk-test', maxRetries: 0 });
const question = [{ role: 'user' as const, content: 'What is the capital of France?' }];

test('the official OpenAI client reads a simulated answer', async () => {
  const reply = await openai.chat.completions.create({ model: 'gpt-6-sol', messages: question });
  assert.match(reply.choices[0]?.message.content ?? '', /gpt-6-sol/);
  assert.equal(reply.system_fingerprint, 'simulated');
  assert.ok((reply.usage?.completion_tokens ?? 0) > 0);
});

test('the official OpenAI client reads the same answer streamed, with its usage', async () => {
  const whole = await openai.chat.completions.create({ model: 'gpt-5.4-mini', messages: question });
  const stream = await openai.chat.completions.create({
    model: 'gpt-5.4-mini',
    messages: question,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let usage;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, whole.choices[0]?.message.content);
  assert.ok(usage && usage.prompt_tokens === whole.usage?.prompt_tokens);
});

test('a stream of Mistral ends with its usage, which cannot be asked for', async () => {
  const mistral = new OpenAI({ baseURL: `${simulator.url}/mistral/v1`, apiKey: 'k', maxRetries: 0 });
  const asked = { model: 'mistral-medium-3-5', messages: question };
  const whole = await mistral.chat.completions.create(asked);
  let last;
  for await (const chunk of await mistral.chat.completions.create({ ...asked, stream: true })) last = chunk;
  assert.deepEqual(last?.usage, whole.usage);
  assert.equal(last?.choices[0]?.finish_reason, 'stop');
});

test('the official Anthropic client reads a simulated answer, whole and streamed', async () => {
  const request = { model: 'claude-sonnet-5', max_tokens: 500, messages: question };
  const whole = await anthropic.messages.create(request);
  assert.match(whole.id, /^msg_sim/);
  const streamed = await anthropic.messages.stream(request).finalMessage();
  assert.deepEqual(streamed.content, whole.content);
  assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
  assert.equal(streamed.stop_reason, 'end_turn');
});

test('the official Anthropic client counts the same tokens that the answer reports', async () => {
  const messages = [{ role: 'user' as const, content: 'How many tokens is this?' }];
  const counted = await anthropic.messages.countTokens({ model: 'claude-haiku-4-5', messages });
  const reply = await anthropic.messages.create({ model: 'claude-haiku-4-5', max_tokens: 50, messages });
  assert.equal(counted.input_tokens, reply.usage.input_tokens);
});

test('both clients list the models of their provider', async () => {
  const fromOpenai = (await openai.models.list()).data.map(({ id }) => id);
  const fromAnthropic = (await anthropic.models.list()).data.map(({ id }) => id);
  assert.ok(fromOpenai.includes('gpt-6-sol'));
  assert.ok(fromAnthropic.includes('claude-opus-5-5'));
});
