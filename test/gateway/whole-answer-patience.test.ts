import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { conclave } from '../support/command-line.ts';
import { forwardClock } from '../support/forward-clock.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { modelRequests } from '../support/model-requests.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

// The first byte of an answer that is not streamed arrives with its last. Whatever the limit for a first byte, a whole
// answer has the time limit of whole answers.

const askedAnthropic = ({ simulator }: TestGateway) =>
  modelRequests(simulator).filter(({ provider }) => provider === 'anthropic').length;

const messages = [{ role: 'user', content: 'Why would this deadlock?' }];
const asks = {
  '/v1/messages': { model: 'sonnet', max_tokens: 1_000, messages },
  '/v1/chat/completions': { model: 'sonnet', messages },
  '/v1/responses': { model: 'sonnet', input: 'Why would this deadlock?' },
} as const;

test('a whole answer may take longer than a stream may take to begin, and the requested model is not replaced', async (t) => {
  const forward = forwardClock(t);
  const gateway = await startTestGateway(t, {
    config: { routing: { timeouts: { firstByteMs: 60_000, thinkingMs: 60_000 } } },
  });
  gateway.simulator.setFault('anthropic', 'slow,delay=2000');
  const asking = Object.entries(asks).map(async ([path, body]) => {
    const reply = await post(gateway, path, body);
    assert.equal(reply.status, 200, await reply.text());
    assert.equal(reply.headers.get('x-conclave-model'), 'anthropic/claude-sonnet-5-5', path);
    assert.equal(reply.headers.get('x-conclave-attempts'), '1', path);
    assert.doesNotMatch(reply.headers.get('x-conclave-warnings') ?? '', /failed/, path);
  });
  const streamed = post(gateway, '/v1/messages', { ...asks['/v1/messages'], stream: true });
  await until(() => askedAnthropic(gateway) === 4, 'every call at its provider');
  forward(61_000);
  await Promise.all([...asking, streamed.then((reply) => reply.text())]);
  const model = (await streamed).headers.get('x-conclave-model');
  assert.notEqual(
    model,
    'anthropic/claude-sonnet-5-5',
    'a stream that does not begin in time goes to another model',
  );
});

test('tools wait for whole answers too', async (t) => {
  const folder = tempFolder(t, { 'conclave.yaml': 'routing: { timeouts: { firstByteMs: 200 } }\n' });
  const slow = 'openai/gpt-5.5!fault=slow,delay=500';
  const ran = await conclave(['think', '--simulate', '--model', slow, 'Why?'], {
    folder,
    home: tempFolder(t),
  });
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /simulated.*req_/);
});

test('after wholeAnswerMs the next model is tried: the client is warned, and the prompt of the first attempt is booked', async (t) => {
  const forward = forwardClock(t);
  const gateway = await startTestGateway(t, { config: { routing: { timeouts: { wholeAnswerMs: 60_000 } } } });
  gateway.simulator.setFault('anthropic', 'slow,delay=600000');
  const asking = post(gateway, '/v1/messages', asks['/v1/messages']);
  await until(() => askedAnthropic(gateway) === 1, 'the call at its provider');
  forward(61_000);
  const reply = await asking;
  assert.equal(reply.status, 200, await reply.text());
  assert.match(
    reply.headers.get('x-conclave-warnings') ?? '',
    /anthropic\/claude-sonnet-5-5 failed \(provider_timeout\), so \S+ was asked/,
  );
  const [first, second, third] = (await ledgerRow(gateway, reply)).attempts;
  assert.deepEqual([first?.provider, first?.errorCode], ['anthropic', 'provider_timeout']);
  assert.match(first?.message ?? '', /within 60000 ms \(wholeAnswerMs\)/);
  assert.ok(
    first?.estimated && first.usage.input > 0 && (first.cost ?? 0n) > 0n,
    'the provider kept working',
  );
  assert.deepEqual([second?.outcome, third], ['ok', undefined]);
});

test('a whole answer that took too long is not retried if there is no other model', async (t) => {
  const gateway = await startTestGateway(t, { config: { routing: { timeouts: { wholeAnswerMs: 100 } } } });
  gateway.simulator.setFault('anthropic', 'slow,delay=60000');
  const body = { ...asks['/v1/messages'], model: 'anthropic/claude-sonnet-5-5' };
  const reply = await post(gateway, '/v1/messages', body);
  assert.equal(reply.status, 504, await reply.text());
  assert.equal((await ledgerRow(gateway, reply)).attempts.length, 1);
});

test('a call that reaches its total time ends after one attempt, booked at the price of its prompt', async (t) => {
  const forward = forwardClock(t);
  const gateway = await startTestGateway(t, { config: { routing: { timeouts: { totalMs: 60_000 } } } });
  gateway.simulator.setFault('*', 'slow,delay=600000');
  const asking = Object.entries(asks).map(async ([path, body]) => {
    const reply = await post(gateway, path, body);
    assert.equal(reply.status, 504, path);
    assert.match(await reply.text(), /60000 ms/, path);
    const row = await ledgerRow(gateway, reply);
    assert.equal(row?.attempts.length, 1, path);
    assert.ok(row.estimated && (row.cost ?? 0n) > 0n, path);
  });
  await until(() => askedAnthropic(gateway) === asking.length, 'every call at its provider');
  forward(61_000);
  await Promise.all(asking);
});

test('a failed connection attempt is not charged', async (t) => {
  // An address reserved for documentation never answers; if the network refuses it at once, the call fails sooner.
  const gateway = await startTestGateway(t, {
    config: {
      providers: { anthropic: { baseUrl: 'http://192.0.2.1', apiKey: 'k' } },
      routing: { retries: 0, timeouts: { connectMs: 100 } },
    },
  });
  const reply = await post(gateway, '/v1/messages', {
    ...asks['/v1/messages'],
    model: 'anthropic/claude-sonnet-5-5',
  });
  assert.ok(reply.status >= 500);
  await reply.text();
  assert.equal((await ledgerRow(gateway, reply)).cost, 0n);
});
