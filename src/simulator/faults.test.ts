import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Anthropic, {
  APIError as AnthropicError,
  BadRequestError as AnthropicBadRequest,
} from '@anthropic-ai/sdk';
import OpenAI, { APIError, BadRequestError, RateLimitError } from 'openai';
import { startSimulator } from './server.ts';
import { until } from '../../test/support/until.ts';

const simulator = await startSimulator({ latency: 'none' });
after(() => simulator.close());

const openai = new OpenAI({ baseURL: `${simulator.url}/openai/v1`, apiKey: 'sk-test', maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: `${simulator.url}/anthropic`, apiKey: 'sk-test', maxRetries: 0 });
const messages = [{ role: 'user' as const, content: 'Tell me about tides.' }];

const refusals = [
  ['400', 400],
  ['401', 401],
  ['402', 402],
  ['403', 403],
  ['404', 404],
  ['413', 413],
  ['429', 429],
  ['500', 500],
  ['503', 503],
  ['529', 529],
  ['overflow', 400],
] as const;

for (const [fault, status] of refusals) {
  test(`a model named with !fault=${fault} is refused with ${status} in both dialects`, async () => {
    await assert.rejects(
      openai.chat.completions.create({ model: `gpt-6-sol!fault=${fault}`, messages }),
      (error) => error instanceof APIError && error.status === status && error.type !== undefined,
    );
    await assert.rejects(
      anthropic.messages.create({ model: `claude-sonnet-5!fault=${fault}`, max_tokens: 100, messages }),
      (error) => error instanceof AnthropicError && error.status === status && error.type !== undefined,
    );
  });
}

test('an account without money is refused with a 429, and with a 400 by Anthropic and Groq', async () => {
  const refused = { model: 'any!fault=quota', max_tokens: 100, messages };
  const codes: unknown[] = [];
  for (const path of ['openai/v1/chat/completions', 'groq/v1/chat/completions', 'anthropic/v1/messages']) {
    const reply = await fetch(`${simulator.url}/${path}`, { method: 'POST', body: JSON.stringify(refused) });
    const { error } = Object(await reply.json());
    codes.push([reply.status, error.code ?? error.message]);
  }
  assert.deepEqual(codes, [
    [429, 'insufficient_quota'],
    [400, 'blocked_api_access'],
    [
      400,
      'You have reached your specified API usage limits. You will regain access on 2030-01-01 at 00:00 UTC.',
    ],
  ]);
});

test('a rate limit names the seconds to wait', async () => {
  const error = await openai.chat.completions
    .create({ model: 'gpt-6-sol!fault=429,retry-after=7', messages })
    .catch((caught: unknown) => caught);
  assert.ok(error instanceof RateLimitError);
  assert.equal(error.headers?.get('retry-after'), '7');
});

test('a reset closes the connection before the response head', async () => {
  const failure = await post('gpt-6-sol', { fault: 'reset' }).catch((error: unknown) => error);
  assert.ok(failure instanceof TypeError);
});

test('an empty reply is a 200 without a byte', async () => {
  const reply = await post('gpt-6-sol', { fault: 'empty' });
  assert.equal(reply.status, 200);
  assert.equal(await reply.text(), '');
});

test('a cut stream delivers what came before the cut and no end', async () => {
  const seen = await readUntilFailure(await post('gpt-6-sol', { fault: 'cut,after=3', stream: true }));
  assert.ok(seen.failed);
  assert.equal(seen.text.match(/"content":"[^"]/g)?.length, 3);
  assert.ok(!seen.text.includes('[DONE]'));
});

test('a stream can also end cleanly in the middle', async () => {
  const seen = await readUntilFailure(await post('gpt-6-sol', { fault: 'cut-clean,after=1', stream: true }));
  assert.equal(seen.failed, false);
  assert.ok(!seen.text.includes('[DONE]'));
});

test('an unstreamed reply is cut in the middle of its JSON', async () => {
  const seen = await readUntilFailure(await post('gpt-6-sol', { fault: 'cut' }));
  assert.ok(seen.failed);
  assert.throws(() => JSON.parse(seen.text));
});

test('a malformed chunk is not JSON, and the stream continues after it', async () => {
  const seen = await readUntilFailure(await post('gpt-6-sol', { fault: 'malformed', stream: true }));
  const lines = seen.text.split('\n').filter((line) => line.startsWith('data: {'));
  const broken = lines.filter((line) => !parses(line.slice('data: '.length)));
  assert.equal(broken.length, 1);
  assert.ok(seen.text.includes('[DONE]'));
});

test('an error event in the middle of an Anthropic stream reaches its client as an error', async () => {
  const stream = anthropic.messages.stream({
    model: 'claude-sonnet-5!fault=error-event',
    max_tokens: 100,
    messages,
  });
  await assert.rejects(stream.finalMessage(), AnthropicError);
});

test('a stalled stream is silent until the client disconnects, which is recorded', async () => {
  const before = simulator.aborts().length;
  const controller = new AbortController();
  const reply = await post('gpt-6-sol', { fault: 'stall,after=1', stream: true, signal: controller.signal });
  const reader = reply.body?.getReader();
  await reader?.read();
  const next = reader?.read().then(
    () => 'more words',
    () => 'left',
  );
  // Without the stall, the rest of the answer would have arrived long ago.
  await sleep(100);
  controller.abort();
  assert.equal(await next, 'left');
  await until(() => simulator.aborts().length === before + 1, 'the abort');
});

test('a fault set for a provider strikes only that provider, and only as often as configured', async () => {
  simulator.setFault('openai', '500,times=2');
  const statuses: number[] = [];
  for (let call = 0; call < 3; call += 1) statuses.push((await post('gpt-6-sol', {})).status);
  assert.deepEqual(statuses, [500, 500, 200]);
  simulator.setFault('openai', undefined);
});

test('a count of strikes is refused for the fault of a single request', async () => {
  const refused = await post('gpt-6-sol!fault=500,times=1', {});
  assert.equal(refused.status, 400);
  assert.match(JSON.stringify(await refused.json()), /times.*__faults/);
});

test('a fault can be limited to one credential', async () => {
  simulator.setFault('key:sk-dead', '401');
  assert.equal((await post('gpt-6-sol', { key: 'sk-dead' })).status, 401);
  assert.equal((await post('gpt-6-sol', { key: 'sk-alive' })).status, 200);
  simulator.setFault('key:sk-dead', undefined);
});

test('a prompt larger than the window gets the overflow error of its provider', async () => {
  const long = [{ role: 'user' as const, content: 'word '.repeat(200_000) }];
  await assert.rejects(
    openai.chat.completions.create({ model: 'gpt-4o', messages: long }),
    (error) => error instanceof BadRequestError && error.code === 'context_length_exceeded',
  );
  await assert.rejects(
    anthropic.messages.create({ model: 'claude-haiku-4-5', max_tokens: 10, messages: long }),
    (error) =>
      error instanceof AnthropicBadRequest && /prompt is too long: \d+ tokens > 200000/.test(error.message),
  );
});

test('an unknown fault is refused with a list of the known ones', async () => {
  const reply = await post('gpt-6-sol', { fault: 'earthquake' });
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), /429/);
});

const errorShapes = [
  ['google', /^\[\{"error":\{"code":429,.*"RESOURCE_EXHAUSTED"/],
  ['mistral', /^\{"object":"error","message":/],
  ['openrouter', /"metadata":\{"raw":/],
  ['xai', /^\{"code":"rate_limit_exceeded","error":"Rate limit/],
  ['groq', /^\{"error":\{"message":"Rate limit[^}]*"code":"rate_limit_exceeded"\}\}$/],
] as const;

for (const [provider, shape] of errorShapes) {
  test(`${provider} uses OpenAI's format but has its own error format`, async () => {
    const reply = await fetch(`${simulator.url}/${provider}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'any!fault=429', messages }),
    });
    assert.equal(reply.status, 429);
    assert.match(await reply.text(), shape);
  });
}

function post(
  model: string,
  wish: { fault?: string; stream?: boolean; key?: string; signal?: AbortSignal },
): Promise<Response> {
  return fetch(`${simulator.url}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${wish.key ?? 'sk-test'}`,
      ...(wish.fault ? { 'x-simulate-fault': wish.fault } : {}),
    },
    body: JSON.stringify({ model, messages, stream: wish.stream ?? false }),
    ...(wish.signal ? { signal: wish.signal } : {}),
  });
}

async function readUntilFailure(reply: Response): Promise<{ text: string; failed: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of reply.body ?? []) text += decoder.decode(bytes, { stream: true });
    return { text, failed: false };
  } catch {
    return { text, failed: true };
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
