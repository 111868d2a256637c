import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { openTestGateway, post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { completion } from '../support/chat-replies.ts';
import { modelRequests } from '../support/model-requests.ts';

/**
 * Every failure before the first content that the simulator supports, and what the first attempt's entry then contains.
 */
const failures = {
  '401': 'provider_auth',
  '402': 'provider_quota',
  '403': 'provider_forbidden',
  '404': 'model_not_found',
  '429,retry-after=1': 'provider_rate_limited',
  '500': 'provider_error',
  '529': 'provider_overloaded',
  reset: 'provider_unreachable',
  'slow,delay=60000': 'provider_timeout',
  'stall,after=0': 'provider_timeout',
  'cut,after=0': 'provider_unreachable',
  'malformed,after=0': 'provider_invalid_reply',
  empty: 'provider_invalid_reply',
  overflow: 'context_too_long',
} as const;

const callsPerFailure = Math.ceil(1_000 / Object.keys(failures).length);
const ask = (stream: boolean) => ({
  model: 'sonnet',
  max_tokens: 1_000,
  stream,
  messages: [{ role: 'user', content: 'Tell me in some detail what a river delta is.' }],
});

/** Short timeouts if the fault is silence, so that a thousand calls fit into a test. */
const impatient = {
  routing: { timeouts: { firstByteMs: 1_500, wholeAnswerMs: 1_500, idleMs: 1_500, thinkingMs: 1_500 } },
};
const silent = new Set(['slow,delay=60000', 'stall,after=0', 'stall,after=1']);

test('1,000 calls by alias all succeed on the next model, however the first provider fails before content', async () => {
  for (const [fault, code] of Object.entries(failures)) {
    const gateway = await openTestGateway({
      config: (simulator) => ({ ...(silent.has(fault) && impatient), providers: withFirst(simulator.url) }),
    });
    try {
      gateway.simulator.setFault('anthropic', fault);
      const ids = await callMany(gateway, callsPerFailure, fault);
      const rows = await Promise.all(ids.map((id) => gateway.app.ledger.show(id)));
      for (const row of rows) {
        assert.equal(row?.state, 'ok', fault);
        assert.notEqual(row?.provider, 'anthropic', fault);
        assert.equal(row?.attempts.at(-1)?.outcome, 'ok', fault);
        assert.deepEqual(
          row?.attempts
            .slice(0, -1)
            .map(({ outcome }) => outcome)
            .filter((outcome) => outcome !== 'failed'),
          [],
          fault,
        );
      }
      // Once the breaker is open, the first provider is not called; until then the list of attempts contains it and its
      // failure.
      const told = rows
        .flatMap((row) => row?.attempts ?? [])
        .filter(({ provider }) => provider === 'anthropic');
      assert.ok(told.length > 0, fault);
      assert.deepEqual([...new Set(told.map(({ errorCode }) => errorCode))], [code], fault);
    } finally {
      await gateway.close();
    }
  }
});

test('after the first content there is no fallback: a broken stream ends with one error event and a truncated row', async (t) => {
  const gateway = await startTestGateway(t, { config: impatient });
  for (const [path, errorEvent, done] of [
    ['/v1/messages', /event: error\ndata: \{"type":"error"/, /message_stop/],
    ['/v1/chat/completions', /data: \{"error":\{"message":/, /\[DONE\]/],
  ] as const) {
    // Relayed and translated; broken off by a reset, by a clean end without the terminal event, and by silence.
    for (const provider of ['anthropic', 'openai'] as const) {
      for (const fault of ['cut,after=1', 'cut-clean,after=1', 'stall,after=1', 'malformed,after=1']) {
        gateway.simulator.setFault(provider, fault);
        const asked = modelRequests(gateway.simulator).length;
        const model = provider === 'anthropic' ? 'sonnet' : 'gpt-4o';
        const reply = await post(gateway, path, { ...ask(true), model });
        const text = await reply.text();
        const title = `${path} ${provider} ${fault}`;
        assert.equal(reply.status, 200, title);
        assert.equal([...text.matchAll(new RegExp(errorEvent, 'g'))].length, 1, `${title}\n${text}`);
        assert.match(
          text.trimEnd().split('\n').at(-1) ?? '',
          /"error"/,
          `${title}: nothing follows the error`,
        );
        assert.doesNotMatch(text, done, title);
        assert.equal(
          modelRequests(gateway.simulator).length,
          asked + 1,
          `${title}: no other model was called`,
        );
        const row = await ledgerRow(gateway, reply);
        assert.equal(row.state, 'truncated', title);
        assert.equal(row.attempts.length, 1, title);
        assert.ok(row.estimated && row.usage.output > 0, `${title}: what was sent is booked`);
        gateway.simulator.setFault(provider, undefined);
      }
    }
  }
});

test('an exact id falls back only if the config says so', async (t) => {
  const plain = await startTestGateway(t);
  plain.simulator.setFault('anthropic', '500');
  const body = { ...ask(false), model: 'anthropic/claude-sonnet-5' };
  const refused = await post(plain, '/v1/messages', body);
  assert.equal(refused.status, 502);

  const configured = await startTestGateway(t, {
    config: { routing: { fallbacks: { 'anthropic/*': ['openai/gpt-5.4-mini'] } } },
  });
  configured.simulator.setFault('anthropic', '500');
  const answered = await post(configured, '/v1/messages', body);
  assert.equal(answered.status, 200);
  assert.equal(answered.headers.get('x-conclave-model'), 'openai/gpt-5.4-mini');
});

test('the configured fallbacks of a model also apply if it answers for an alias whose provider is not configured', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: {
        openai: { baseUrl: `${simulator.url}/openai/v1`, apiKey: 'k' },
        lab: { dialect: 'openai-chat', baseUrl: `${simulator.url}/deepseek/v1`, apiKey: 'k' },
      },
      models: [{ id: 'lab/llama-70b', tier: 'workhorse', price: { input: 1, output: 1 } }],
      aliases: { quick: 'lab/llama-70b' },
      routing: { retries: 0, fallbacks: { 'openai/*': ['quick'] } },
    }),
  });
  const body = { ...ask(false), model: 'haiku' };
  const usual = await post(gateway, '/v1/chat/completions', body);
  assert.match(usual.headers.get('x-conclave-model') ?? '', /^openai\//);
  gateway.simulator.setFault('openai', '401');
  const answered = await post(gateway, '/v1/chat/completions', body);
  assert.equal(answered.status, 200, await answered.clone().text());
  assert.equal(answered.headers.get('x-conclave-model'), 'lab/llama-70b');
});

test('the configured fallbacks of a model also apply if neither the alias’s model nor this one can answer', async (t) => {
  const gateway = await startTestGateway(t, {
    config: ({ url }) => ({
      providers: {
        openai: { baseUrl: `${url}/openai/v1`, apiKey: 'k' },
        lab: { dialect: 'openai-chat', baseUrl: `${url}/deepseek/v1`, apiKey: 'k' },
      },
      models: [{ id: 'lab/llama-70b', tier: 'workhorse', price: { input: 1, output: 1 } }],
      routing: { retries: 0, fallbacks: { 'openai/*': ['lab/llama-70b'] } },
    }),
  });
  const made = await post({ ...gateway, key: gateway.adminKey }, '/admin/keys', {
    name: 'team',
    models: ['lab/*'],
  });
  const { key } = Object(await made.json());
  const answered = await post({ ...gateway, key }, '/v1/chat/completions', { ...ask(false), model: 'haiku' });
  assert.equal(answered.status, 200, await answered.clone().text());
  assert.equal(answered.headers.get('x-conclave-model'), 'lab/llama-70b');
});

/** Anthropic's model of the alias cannot answer: for want of a caller's key, or because the key may not use it. */
const withoutTheAliasesModel = {
  'requires a key of the caller': { anthropic: { callerKeys: true }, models: undefined },
  'is not on the list of the key': { anthropic: { apiKey: 'k' }, models: ['openai/*', 'lab/*'] },
} as const;

for (const [why, { anthropic, models }] of Object.entries(withoutTheAliasesModel)) {
  test(`the configured fallbacks of a model also apply if it answers for an alias whose model ${why}`, async (t) => {
    const gateway = await startTestGateway(t, {
      config: ({ url }) => ({
        providers: {
          anthropic: { baseUrl: `${url}/anthropic`, ...anthropic },
          openai: { baseUrl: `${url}/openai/v1`, apiKey: 'k' },
          lab: { dialect: 'openai-chat', baseUrl: `${url}/deepseek/v1`, apiKey: 'k' },
        },
        models: [{ id: 'lab/llama-70b', tier: 'workhorse', price: { input: 1, output: 1 } }],
        routing: { retries: 0, fallbacks: { 'openai/*': ['lab/llama-70b'] } },
      }),
    });
    const made = await post({ ...gateway, key: gateway.adminKey }, '/admin/keys', { name: 'team', models });
    const { key } = Object(await made.json());
    gateway.simulator.setFault('openai', '500');
    const answered = await post({ ...gateway, key }, '/v1/chat/completions', {
      ...ask(false),
      model: 'haiku',
    });
    assert.equal(answered.status, 200, await answered.clone().text());
    assert.equal(answered.headers.get('x-conclave-model'), 'lab/llama-70b');
    assert.equal(answered.headers.get('x-conclave-attempts'), '2');
    assert.match(
      answered.headers.get('x-conclave-warnings') ?? '',
      /claude.* was not used: .*openai\/.* answers instead/,
    );
  });
}

test('when every model fails, one error lists all attempts and has the status of the last', async (t) => {
  const gateway = await startTestGateway(t);
  gateway.simulator.setFault('*', '529');
  const reply = await post(gateway, '/v1/chat/completions', ask(false));
  assert.equal(reply.status, 503);
  const { error } = (await reply.json()) as { error: { message: string } };
  assert.match(
    error.message,
    /All \d+ attempts failed\. 1\. anthropic\/claude-sonnet-5-5: provider_overloaded/,
  );
  const row = await ledgerRow(gateway, reply);
  assert.equal(row.state, 'failed');
  assert.ok(row.attempts.length > 3);
});

test('a fallback that rejects the request neither ends the call nor determines the error that the client gets', async (t) => {
  const refusals = {
    'not supported': [400, { message: 'tools are not supported', type: 'invalid_request_error' }],
    'no model': [404, { message: 'no such model', code: 'model_not_found' }],
    'too long': [400, { message: 'maximum context length is 8', code: 'context_length_exceeded' }],
    filtered: [400, { message: 'x', code: 'content_filter' }],
    'dead key': [401, { message: 'x' }],
  } as const;
  for (const [title, [status, error]] of Object.entries(refusals)) {
    let spareAnswers = false;
    const lab = await startEchoingProvider(t, ({ body: { model } }) => {
      if (model === 'a') return { status: 503, body: { error: { message: 'come back' } } };
      return model === 'b' || !spareAnswers ? { status, body: { error } } : { body: completion() };
    });
    const gateway = await startTestGateway(t, {
      config: {
        providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'k' } },
        // A refused key is not tried again for another model.
        deployments: [{ model: 'lab/c', apiKey: 'another' }],
        routing: { retries: 0, fallbacks: { 'lab/a': ['lab/b', 'lab/c'] } },
      },
    });
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      const reply = await post(gateway, path, { ...ask(false), model: 'lab/a' });
      const text = await reply.text();
      assert.equal(reply.status, 503, `${title}: ${text}`);
      assert.match(text, /1\. lab\/a: provider_overloaded.*2\. lab\/b: /, title);
      assert.doesNotMatch(text, /prompt is too long: All/, title);
    }
    spareAnswers = true;
    const answered = await post(gateway, '/v1/chat/completions', { ...ask(false), model: 'lab/a' });
    assert.equal(answered.headers.get('x-conclave-model'), 'lab/c', title);
  }
});

test('a prompt too large for the chosen model goes to one with a large enough window, and the reply says so', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${simulator.url}/openai/v1`, apiKey: 'k' } },
      models: [
        {
          id: 'lab/narrow',
          contextWindow: 1_000,
          tier: 'workhorse',
          family: 'a',
          price: { input: 1, output: 1 },
        },
        {
          id: 'lab/wide',
          contextWindow: 100_000,
          tier: 'workhorse',
          family: 'b',
          price: { input: 2, output: 2 },
        },
      ],
      aliases: { mine: 'lab/narrow' },
    }),
  });
  const long = { ...ask(false), model: 'mine', messages: [{ role: 'user', content: 'word '.repeat(5_000) }] };
  const reply = await post(gateway, '/v1/chat/completions', long);
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.get('x-conclave-model'), 'lab/wide');
  assert.match(
    reply.headers.get('x-conclave-warnings') ?? '',
    /lab\/narrow was not used: its context window is 1000 tokens/,
  );
  const exact = await post(gateway, '/v1/chat/completions', { ...long, model: 'lab/narrow' });
  assert.equal(exact.status, 400);
  assert.match(await exact.text(), /context_length_exceeded.*|try lab\/wide/);
});

test('calls during an outage share a budget of retries', async (t) => {
  // Time fills the budget too.
  const now = Date.now();
  t.mock.method(Date, 'now', () => now);
  const lab = await startKeyedProvider(t);
  lab.behave('k', { status: 500, headers: { 'retry-after-ms': '0' } });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'k' } },
      routing: { retries: 10 },
    },
  });
  const calls = 15;
  for (let call = 0; call < calls; call += 1) {
    const reply = await post(gateway, '/v1/chat/completions', { ...ask(false), model: 'lab/m' });
    assert.equal(reply.status, 502, await reply.text());
  }
  const retries = lab.asked.length - calls;
  assert.ok(retries >= 100 && retries <= 100 + 0.2 * calls, `${retries}`);
});

function withFirst(url: string) {
  return {
    anthropic: { baseUrl: `${url}/anthropic`, apiKey: 'a' },
    openai: { baseUrl: `${url}/openai/v1`, apiKey: 'b', dialect: 'openai-chat' as const },
    deepseek: { baseUrl: `${url}/deepseek/v1`, apiKey: 'c', dialect: 'openai-chat' as const },
  };
}

/** Twenty concurrent callers: half of them stream, half use the provider's own dialect. */
async function callMany(gateway: TestGateway, count: number, title: string): Promise<string[]> {
  const ids: string[] = [];
  let started = 0;
  const caller = async () => {
    while (started < count) {
      const number = (started += 1);
      const path = number % 4 < 2 ? '/v1/messages' : '/v1/chat/completions';
      const reply = await post(gateway, path, ask(number % 2 === 0));
      const text = await reply.text();
      assert.equal(reply.status, 200, `${title}: ${text.slice(0, 500)}`);
      assert.doesNotMatch(text, /"error":\s*\{/, title);
      ids.push(reply.headers.get('x-conclave-request-id') ?? '');
    }
  };
  await Promise.all(Array.from({ length: 20 }, caller));
  return ids;
}
