import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cascadeGateway, costOf, question, says } from '../support/cascade-gateway.ts';
import { errorCodes } from '../../src/core/errors.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { claudeReply } from '../support/claude-reply.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';

const hello = { model: 'openai/gpt-5.4-mini', messages: [{ role: 'user', content: 'Hello' }] };

type Sample = { readonly name: string; readonly labels: Record<string, string>; readonly value: number };

/** Parses the text format by its grammar; a line that does not match fails the test. */
function samplesOf(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !/^# (?:HELP|TYPE) /.test(line))
    .map((line) => {
      const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
      assert.ok(match, line);
      const labels = [...(match[2] ?? '').matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\.)*)"/g)];
      return {
        name: match[1] ?? '',
        labels: Object.fromEntries(labels.map(([, name = '', value = '']) => [name, value])),
        value: Number(match[3]?.replace('Inf', 'Infinity')),
      };
    });
}

async function scrape({ url, adminKey }: TestGateway): Promise<Sample[]> {
  const reply = await fetch(`${url}/metrics`, { headers: { 'x-api-key': adminKey } });
  assert.equal(reply.status, 200);
  assert.match(reply.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  return samplesOf(await reply.text());
}

function sum(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number {
  return samples
    .filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    )
    .reduce((total, { value }) => total + value, 0);
}

test('the figures agree with the ledger: calls, tokens, cost, times, and nothing left reserved or open', async (t) => {
  const gateway = await startTestGateway(t, { config: { routing: { retries: 0 } } });
  const ask = async (path: string, body: object) => (await post(gateway, path, body)).text();
  for (let i = 0; i < 3; i += 1) await ask('/v1/chat/completions', hello);
  await ask('/v1/chat/completions', { ...hello, stream: true });
  await ask('/v1/messages', { ...hello, model: 'anthropic/claude-haiku-4-5', max_tokens: 50 });
  await ask('/v1/chat/completions', { ...hello, model: 'openai/gpt-5.4-mini!fault=500' });

  const samples = await scrape(gateway);
  const calls = 'conclave_calls_total';
  assert.equal(sum(samples, calls), 6);
  assert.equal(sum(samples, calls, { model: 'openai/gpt-5.4-mini', state: 'ok', error_type: 'none' }), 4);
  assert.equal(sum(samples, calls, { dialect: 'anthropic-messages', state: 'ok' }), 1);
  assert.equal(sum(samples, calls, { state: 'failed', error_type: 'provider_error' }), 1);
  const report = await gateway.app.ledger.costs({ since: 0, by: 'model' });
  const cost = sum(samples, 'conclave_cost_usd_total');
  assert.equal(Math.round(cost * 1e9), report.totalNanoUsd);
  for (const [type, bucket] of [
    ['input', 'input'],
    ['output', 'output'],
    ['reasoning', 'reasoning'],
  ] as const) {
    const inLedger = report.rows.reduce((total, { usage }) => total + usage[bucket], 0);
    assert.equal(sum(samples, 'conclave_tokens_total', { type }), inLedger, type);
  }
  const seconds = 'conclave_call_duration_seconds';
  assert.equal(sum(samples, `${seconds}_count`), 6);
  assert.equal(sum(samples, `${seconds}_bucket`, { le: '+Inf' }), 6);
  assert.equal(sum(samples, 'conclave_time_to_first_token_seconds_count'), 5);
  assert.equal(sum(samples, 'conclave_reserved_usd'), 0);
  assert.equal(sum(samples, 'conclave_calls_open'), 0);
  assert.equal(sum(samples, 'conclave_http_requests_total', { route: '/v1/chat/completions' }), 5);
  assert.ok(sum(samples, 'process_resident_memory_bytes') > 0);
});

test('every token of a provider’s usage is counted under one type, cache writes for an hour too', async (t) => {
  const provider = await startKeyedProvider(t);
  const usage = {
    input_tokens: 10,
    output_tokens: 5,
    output_tokens_details: { thinking_tokens: 2 },
    cache_read_input_tokens: 700,
    cache_creation_input_tokens: 500,
    cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 400 },
  };
  provider.behave('k', { body: { ...claudeReply(), usage } });
  const lab = { dialect: 'anthropic-messages' as const, baseUrl: provider.url, apiKey: 'k' };
  const gateway = await startTestGateway(t, { config: { providers: { lab } } });
  const reply = await post(gateway, '/v1/messages', { ...hello, model: 'lab/m', max_tokens: 50 });
  assert.equal(reply.status, 200, await reply.text());
  const samples = await scrape(gateway);
  const counted = { input: 10, output: 3, reasoning: 2, cache_read: 700, cache_write: 500 };
  for (const [type, tokens] of Object.entries(counted)) {
    assert.equal(sum(samples, 'conclave_tokens_total', { type }), tokens, type);
  }
  assert.equal(sum(samples, 'conclave_tokens_total'), 1_215);
});

test('reserved money and open streams are visible while they exist', async (t) => {
  const gateway = await startTestGateway(t);
  gateway.simulator.setFault('openai', 'stall,after=2');
  const leave = new AbortController();
  await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    signal: leave.signal,
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...hello, stream: true }),
  });
  const during = await scrape(gateway);
  assert.equal(sum(during, 'conclave_streams_open'), 1);
  assert.ok(sum(during, 'conclave_reserved_usd') > 0);
  leave.abort();
  let after = during;
  const closed = async () => {
    after = await scrape(gateway);
    return sum(after, 'conclave_streams_open') === 0;
  };
  await until(closed, 'the stream to be closed', { everyMs: 20 });
  assert.equal(sum(after, 'conclave_reserved_usd'), 0);
});

test('callers cannot create series: unknown models share one label, errors come from a fixed list', async (t) => {
  const gateway = await startTestGateway(t, { config: { routing: { retries: 0 } } });
  for (let i = 0; i < 20; i += 1) {
    const model = `openai/invented-${i}${i % 2 === 0 ? '!fault=429' : ''}`;
    await (await post(gateway, '/v1/chat/completions', { ...hello, model })).text();
    await (await fetch(`${gateway.url}/invented/${i}`)).text();
  }
  await (await post({ ...gateway, key: 'invented' }, '/v1/chat/completions', hello)).text();
  const samples = await scrape(gateway);
  const models = new Set(samples.flatMap(({ labels }) => labels['model'] ?? []));
  assert.deepEqual(
    [...models].filter((model) => model.includes('invented')),
    [],
  );
  assert.equal(sum(samples, 'conclave_attempts_total', { model: 'other' }), 20);
  const errors = samples.flatMap(({ labels }) => labels['error_type'] ?? []);
  assert.ok(errors.includes('provider_rate_limited'));
  for (const error of errors) assert.ok(error === 'none' || error in errorCodes, error);
  assert.equal(sum(samples, 'conclave_http_requests_total', { route: 'other', status: '404' }), 20);
  assert.equal(sum(samples, 'conclave_unauthenticated_requests_total', { reason: 'unknown' }), 1);
  assert.ok(samples.length < 400, `${samples.length} samples`);
});

test('an embedding model of the price list has its own series', async (t) => {
  const gateway = await startTestGateway(t);
  const model = 'openai/text-embedding-3-small';
  assert.equal((await post(gateway, '/v1/embeddings', { model, input: 'Hello' })).status, 200);
  const samples = await scrape(gateway);
  assert.equal(sum(samples, 'conclave_attempts_total', { model }), 1);
  assert.equal(sum(samples, 'conclave_attempts_total', { model: 'other' }), 0);
  assert.ok(sum(samples, 'conclave_cost_usd_total', { model }) > 0);
});

test('every configured deployment has its own series, and a caller cannot create one', async (t) => {
  const provider = await startKeyedProvider(t);
  provider.behave('bad', { status: 401 });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: provider.url, apiKey: 'own' } },
      models: [{ id: 'lab/m', price: { input: 1, output: 1 } }],
      deployments: [
        { model: 'lab/m', weight: 1 },
        { model: 'lab/m', apiKey: 'bad' },
        { model: 'lab/*', apiKey: 'good', region: 'eu' },
      ],
      routing: { balance: { strategy: 'round-robin' } },
    },
  });
  const messages = [{ role: 'user', content: 'Hello' }];
  for (const model of [...Array.from({ length: 6 }, () => 'lab/m'), 'lab/m#x', 'lab/m#eu-1', 'lab/new#x']) {
    await (await post(gateway, '/v1/chat/completions', { model, messages })).text();
  }
  const ids = gateway.app.engine.deployments().flatMap(({ id }) => (/^lab\/m(#[^#]*)?$/.test(id) ? id : []));
  const [own, bad, good] = ['lab/m', /^lab\/m#[\da-f]{6}$/, /^lab\/m#eu-[\da-f]{6}$/].map((shape) =>
    ids.find((id) => (typeof shape === 'string' ? id === shape : shape.test(id))),
  );
  const benched = (await scrape(gateway)).filter(({ name }) => name === 'conclave_deployment_benched');
  assert.deepEqual(
    new Map(benched.map(({ labels, value }) => [labels['deployment'], value])),
    new Map([
      [own, 0],
      [bad, 1],
      [good, 0],
      ['other', 0],
    ]),
  );
});

test('the metrics of all keys are readable only by the admin and this machine, unless the config opens them', async (t) => {
  const gateway = await startTestGateway(t);
  const status = async (url: string, headers: Record<string, string>) =>
    (await fetch(`${url}/metrics`, { headers })).status;
  const team = await gateway.app.keys.issue({ name: 'team', budgets: [] });
  assert.equal(await status(gateway.url, {}), 401);
  assert.equal(await status(gateway.url, { 'x-api-key': team.key }), 403);
  assert.equal(await status(gateway.url, { 'x-api-key': gateway.key }), 200);

  const { url } = await startTestGateway(t, { config: { metrics: { access: 'loopback' } } });
  assert.equal(await status(url, {}), 200);
  for (const [header, value] of [
    ['x-forwarded-for', '203.0.113.9'],
    ['forwarded', 'for=203.0.113.9'],
    ['via', '1.1 proxy'],
  ] as const)
    assert.equal(await status(url, { [header]: value }), 401, `${header}: a proxy asks for somebody else`);
});

test('each request of a cascade counts once, with its own time, for the model that was asked', async (t) => {
  const answers = { 'small-a': '#### 41', 'small-b': 500, 'small-c': '#### 43', big: '#### 42' };
  const { gateway, lab } = await cascadeGateway(t, says(answers));
  assert.equal((await post(gateway, '/v1/chat/completions', question())).status, 200);
  const samples = await scrape(gateway);
  const attempts = 'conclave_attempts_total';
  const requests = (model: string) => lab.asked.filter((asked) => `lab/${asked.model}` === model).length;
  for (const model of ['lab/small-a', 'lab/small-b', 'lab/small-c', 'lab/big'])
    assert.equal(sum(samples, attempts, { model }), requests(model), model);
  assert.equal(sum(samples, attempts, { outcome: 'failed' }), 1);
  assert.equal(sum(samples, 'conclave_time_to_first_token_seconds_count', { model: 'lab/big' }), 1);
  const { totalNanoUsd } = await gateway.app.ledger.costs({ since: 0, by: 'model' });
  assert.ok(totalNanoUsd > costOf(10));
  assert.equal(Math.round(sum(samples, 'conclave_cost_usd_total') * 1e9), totalNanoUsd);
});
