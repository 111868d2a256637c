import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachedLimit } from '../../src/core/wire/reached-limit.ts';
import { chunkOf, completion, streamEnd } from '../support/chat-replies.ts';
import { everySimulatedProvider, post, startTestGateway } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';

// Providers name the limit of an answer in different words, and the ledger keeps them.

const models = [
  'openai/gpt-5.4-mini',
  'anthropic/claude-sonnet-4-5',
  'google/gemini-2.5-flash',
  'deepseek/deepseek-v4-pro',
  'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'ollama/qwen3:8b',
];

test('an answer that its limit cut is recognised in the ledger, whatever its provider calls it', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({ providers: everySimulatedProvider(simulator) }),
  });
  const words: (string | undefined)[] = [];
  for (const path of ['/v1/chat/completions', '/v1/responses'])
    for (const model of models) {
      const limit = path === '/v1/responses' ? { max_output_tokens: 16 } : { max_tokens: 16 };
      const prompt = 'Explain in detail how rivers form and why they meander.';
      const asked = { input: prompt, messages: [{ role: 'user', content: prompt }] };
      const reply = await post(gateway, path, { model, ...limit, ...asked });
      assert.equal(reply.status, 200, await reply.text());
      const id = reply.headers.get('x-conclave-request-id') ?? '';
      words.push((await gateway.app.ledger.show(id))?.finishReason);
    }
  assert.deepEqual(
    words.filter((word) => !reachedLimit(word)),
    [],
  );
  assert.equal(new Set(words).size, 4, words.join());
});

test('answers that were cut do not make a model look cheaper, whichever limit cut them', async (t) => {
  let cutAt: number | undefined;
  const url = await startLocalServer(t, async (request, response) => {
    const { n = 1 } = JSON.parse(await readText(request));
    const answer = completion('Well.');
    // Of several answers, only the last one is cut.
    const choices = Array.from({ length: n }, (_, index) => ({
      ...answer.choices[0],
      index,
      finish_reason: cutAt !== undefined && index === n - 1 ? 'length' : 'stop',
    }));
    const usage = { prompt_tokens: 100, completion_tokens: n * (cutAt ?? 2_000) };
    response.end(JSON.stringify({ ...answer, choices, usage }));
  });
  const price = { input: 1, output: 1 };
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: url, apiKey: 'k' } },
      models: [
        { id: 'lab/one', tier: 'workhorse', price },
        { id: 'lab/two', tier: 'workhorse', price },
      ],
    },
  });
  const headers = { 'x-conclave-task': 'chat' };
  const ask = async (model: string, prompt: string, more = {}) => {
    const messages = [{ role: 'user', content: prompt }];
    const reply = await post(gateway, '/v1/chat/completions', { model, messages, ...more }, headers);
    assert.equal(reply.status, 200, await reply.text());
    return gateway.app.ledger.show(reply.headers.get('x-conclave-request-id') ?? '');
  };
  const estimate = async (prompt: string) => {
    cutAt = undefined;
    const ranked = (await ask('auto', prompt))?.decision?.ranked ?? [];
    return ranked.find(({ model }) => model === 'lab/one')?.estimateNanoUsd ?? 0;
  };
  for (let n = 0; n < 20; n += 1) await ask('lab/one', 'Tell me about the river Rhine.');
  const before = await estimate('Tell me about the river Main.');
  const limits = {
    "one less than the call's limit": { max_tokens: 101 },
    "the provider's own limit": {},
    'several answers': { max_tokens: 101, n: 2 },
  };
  for (const [limit, members] of Object.entries(limits)) {
    cutAt = 100;
    for (let n = 0; n < 20; n += 1) await ask('lab/one', 'Tell me about the river Rhine.', members);
    const now = await estimate('Tell me about the river Oder.');
    assert.ok(now >= before, `${limit}: ${now}`);
  }
});

test('of several answers, one that was cut decides what the ledger keeps; clients get the reason of each', async (t) => {
  const reasons = ['stop', 'length', 'stop'];
  const choices = reasons.map((finish_reason, index) => ({ index, finish_reason }));
  const url = await startLocalServer(t, async (request, response) => {
    const { stream = false } = JSON.parse(await readText(request));
    const piece = (choice: object) => chunkOf({ choices: [{ ...choice, delta: { content: 'Well.' } }] });
    response.setHeader('content-type', stream ? 'text/event-stream' : 'application/json');
    const message = { role: 'assistant', content: 'Well.' };
    const whole = completion('', { choices: choices.map((choice) => ({ ...choice, message })) });
    response.end(stream ? choices.map(piece).join('') + streamEnd : JSON.stringify(whole));
  });
  const gateway = await startTestGateway(t, {
    config: { providers: { lab: { dialect: 'openai-chat', baseUrl: url, apiKey: 'k' } } },
  });
  for (const stream of [false, true]) {
    const messages = [{ role: 'user', content: 'Well?' }];
    const reply = await post(gateway, '/v1/chat/completions', { model: 'lab/one', n: 3, stream, messages });
    const text = await reply.text();
    const received = [...text.matchAll(/"finish_reason":"(\w+)"/g)].map(([, reason]) => reason);
    assert.deepEqual(received, reasons);
    const row = await gateway.app.ledger.show(reply.headers.get('x-conclave-request-id') ?? '');
    assert.equal(row?.finishReason, 'length');
  }
});
