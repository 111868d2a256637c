import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../../src/app.ts';
import type { CachedReply, OutputGuardrail, Scorer } from '../../src/core/extension-points.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { noUsage } from '../../src/core/money/usage.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chunk, completion, streamEnd } from '../support/chat-replies.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { responseOf } from '../support/responses-reply.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const hello = {
  model: 'anthropic/claude-haiku-4-5',
  max_tokens: 200,
  messages: [{ role: 'user', content: 'Tell me about rivers.' }],
};

/** How often a model was called; excludes the list of installed models requested from Ollama at startup. */
function callsOf({ simulator }: TestGateway): number {
  const isCall = ({ method, path }: { readonly method: string; readonly path: string }) =>
    method === 'POST' && !path.endsWith('/api/show');
  return simulator.requests().filter(isCall).length;
}

test('an input guardrail refuses before any provider is called, and the ledger row says so', async (t) => {
  const gateway = await startTestGateway(t, {
    app: {
      extensions: {
        inputGuardrails: [{ name: 'no-rivers', check: () => ({ ok: false, reason: 'rivers' }) }],
      },
    },
  });
  const reply = await post(gateway, '/v1/messages', hello);
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), /no-rivers.*rivers/);
  assert.equal(callsOf(gateway), 0);
  const row = await ledgerRow(gateway, reply);
  assert.deepEqual([row.state, row.errorCode, row.attempts.length], ['refused', 'content_filtered', 0]);
});

test('a guardrail that fails blocks the call: it never fails open', async (t) => {
  const broken = {
    name: 'broken',
    check(): never {
      throw new Error('the word list is missing');
    },
  };
  const gateway = await startTestGateway(t, { app: { extensions: { inputGuardrails: [broken] } } });
  const reply = await post(gateway, '/v1/messages', hello);
  assert.equal(reply.status, 500);
  assert.equal(callsOf(gateway), 0);
});

test("an output guardrail ends a stream with an error in the client's dialect, both relayed and translated", async (t) => {
  const gateway = await startTestGateway(t, {
    app: {
      extensions: {
        outputGuardrails: [
          {
            name: 'short-answers',
            inspect: (_, parts) =>
              parts.some((part) => part.type === 'finish') ? { ok: false, reason: 'it ended' } : { ok: true },
          },
        ],
      },
    },
  });
  for (const path of ['/v1/messages', '/v1/chat/completions']) {
    const reply = await post(gateway, path, { ...hello, stream: true });
    const text = await reply.text();
    assert.match(text, /short-answers/);
    assert.doesNotMatch(text, /message_stop|\[DONE\]/);
    const row = await ledgerRow(gateway, reply);
    assert.equal(row.state, 'truncated');
  }
});

test('a cache is offered every whole answer and serves it again, with a ledger row and without a provider call', async (t) => {
  const kept = new Map<string, CachedReply>();
  const written = Promise.withResolvers<void>();
  const gateway = await startTestGateway(t, {
    app: {
      extensions: {
        caches: [
          {
            name: 'memory',
            read: async ({ request }) => kept.get(JSON.stringify(request.messages)),
            async write({ request }, reply) {
              kept.set(JSON.stringify(request.messages), reply);
              written.resolve();
            },
          },
        ],
      },
    },
  });
  const first = await post(gateway, '/v1/messages', hello);
  const whole = (await first.json()) as { content: unknown };
  await written.promise;
  const again = await post(gateway, '/v1/messages', hello);
  assert.deepEqual(((await again.json()) as { content: unknown }).content, whole.content);
  assert.equal(callsOf(gateway), 1);
  assert.equal(first.headers.get('x-conclave-attempts'), '1');
  assert.equal(again.headers.get('x-conclave-attempts'), '0');
  const row = await ledgerRow(gateway, again);
  assert.deepEqual([row.state, row.cost, row.attempts.length], ['ok', 0n, 0]);
});

test('a stored answer is returned only to a key that may use its model, and only if the guardrails allow it', async (t) => {
  const parts = [
    { type: 'text-delta', index: 0, text: 'stored SECRET' },
    { type: 'finish', reason: 'stop' },
  ] as const;
  const stored: CachedReply = {
    model: hello.model,
    provider: 'anthropic',
    parts,
    usage: noUsage,
    simulated: true,
  };
  let isGuarded = false;
  const gateway = await startTestGateway(t, {
    app: {
      extensions: {
        caches: [{ name: 'memory', read: async () => stored, write: async () => {} }],
        outputGuardrails: [
          {
            name: 'no-secrets',
            inspect: (_, answer) =>
              isGuarded && JSON.stringify(answer).includes('SECRET')
                ? { ok: false, reason: 'a secret' }
                : { ok: true },
          },
        ],
      },
    },
  });
  assert.match(await (await post(gateway, '/v1/messages', hello)).text(), /stored SECRET/);
  const { key } = await gateway.app.keys.issue({ name: 'lim', models: ['openai/*'], budgets: [] });
  assert.equal((await post({ ...gateway, key }, '/v1/messages', hello)).status, 403);
  assert.equal(callsOf(gateway), 0);
  isGuarded = true;
  const fresh = await post(gateway, '/v1/messages', hello);
  assert.equal(fresh.status, 200);
  assert.doesNotMatch(await fresh.text(), /SECRET/);
  assert.equal(callsOf(gateway), 1);
});

test('an output guardrail sees all that the client gets: members that no part expresses are left out', async (t) => {
  const lab = await startLocalServer(t, async (request, response) => {
    const { stream } = JSON.parse(await readText(request)) as { stream?: boolean };
    const note = { x_note: 'SECRET' };
    response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
    if (!stream) return void response.end(JSON.stringify(completion({ content: 'Hello.', ...note }, note)));
    response.end(
      `: SECRET\n\n${chunk({ content: 'Hello.', ...note }, null, note)}${chunk('', 'stop')}${streamEnd}`,
    );
  });
  const guardrail: OutputGuardrail = {
    name: 'no-secrets',
    inspect: (_, parts) =>
      JSON.stringify(parts).includes('SECRET') ? { ok: false, reason: 'a secret' } : { ok: true },
  };
  const gateway = await startTestGateway(t, {
    config: { providers: { lab: { dialect: 'openai-chat', baseUrl: lab, apiKey: 'k' } } },
    app: { extensions: { outputGuardrails: [guardrail] } },
  });
  for (const stream of [true, false]) {
    const reply = await post(gateway, '/v1/chat/completions', { ...hello, model: 'lab/m', stream });
    const text = await reply.text();
    assert.match(text, /Hello\./);
    assert.doesNotMatch(text, /SECRET/);
  }
});

test('with an output guardrail, a client goes on with an answer that its provider stores', async (t) => {
  const named: unknown[] = [];
  const lab = await startLocalServer(t, async (request, response) => {
    named.push((JSON.parse(await readText(request)) as JsonObject).previous_response_id);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(responseOf('Hello.', { id: 'resp_of_the_provider' })));
  });
  const gateway = await startTestGateway(t, {
    config: { providers: { lab: { dialect: 'openai-responses', baseUrl: lab, apiKey: 'k' } } },
    app: { extensions: { outputGuardrails: [{ name: 'allows all', inspect: () => ({ ok: true }) }] } },
  });
  const ask = (body: object) => post(gateway, '/v1/responses', { model: 'lab/m', input: 'Hello', ...body });
  const { id } = (await (await ask({})).json()) as { id: string };
  assert.equal((await ask({ previous_response_id: id })).status, 200);
  assert.deepEqual(named, [undefined, 'resp_of_the_provider']);
});

test('an output guardrail that blocks a whole answer returns a 400 to clients of every dialect', async (t) => {
  const stop = { name: 'stop', inspect: () => ({ ok: false, reason: 'no' }) as const };
  const gateway = await startTestGateway(t, { app: { extensions: { outputGuardrails: [stop] } } });
  for (const path of ['/v1/messages', '/v1/chat/completions']) {
    const reply = await post(gateway, path, hello);
    assert.equal(reply.status, 400, path);
    assert.match(await reply.text(), /stopped the answer: no/);
  }
});

test("a cache failure is a miss, and a scorer's score is stored with the call", async (t) => {
  const scored = Promise.withResolvers<void>();
  const gateway = await startTestGateway(t, {
    app: {
      extensions: {
        caches: [
          {
            name: 'broken',
            read: () => Promise.reject(new Error('no disk')),
            write: () => Promise.reject(new Error('no disk')),
          },
        ],
        scorers: [
          {
            name: 'has-text',
            score(_, reply) {
              setImmediate(() => scored.resolve());
              return reply.blocks.length > 0 ? 1 : 0;
            },
          },
        ],
      },
    },
  });
  const reply = await post(gateway, '/v1/messages', { ...hello, stream: true });
  assert.match(await reply.text(), /message_stop/);
  await scored.promise;
  const id = reply.headers.get('x-conclave-request-id') ?? '';
  const outcomes = async () => (await gateway.app.ledger.show(id))?.outcomes ?? [];
  await until(async () => (await outcomes()).length > 0, 'the score in the ledger');
  assert.deepEqual(
    (await outcomes()).map(({ kind, score }) => [kind, score]),
    [['has-text', 1]],
  );
});

test('a score that is still being worked out when Conclave is closed is stored', async (t) => {
  const home = tempFolder(t);
  const begun = Promise.withResolvers<void>();
  const scores = Promise.withResolvers<number>();
  const scorers: Scorer[] = [
    {
      name: 'slow',
      score() {
        begun.resolve();
        return scores.promise;
      },
    },
  ];
  const options = { env: { CONCLAVE_HOME: home }, cwd: home, simulate: true } as const;
  const app = await createApp({ ...options, extensions: { scorers } });
  const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] }];
  const { receipt } = await app.calls.ask({
    request: { model: 'sonnet', stream: false, messages },
    principal: await app.keys.localPrincipal(),
    surface: 'library',
  });
  await begun.promise;
  const closed = app.close();
  scores.resolve(0.5);
  await closed;
  const again = await createApp(options);
  t.after(() => again.close());
  assert.deepEqual(
    (await again.ledger.show(receipt.requestId))?.outcomes.map(({ kind, score }) => [kind, score]),
    [['slow', 0.5]],
  );
});

test('bodies are stored only if the config says so', async (t) => {
  for (const keepBodies of [false, true]) {
    const gateway = await startTestGateway(t, {
      config: (simulator) => ({
        providers: { anthropic: { baseUrl: `${simulator.url}/anthropic`, apiKey: 'k' } },
        ledger: { keepBodies },
      }),
    });
    const reply = await post(gateway, '/v1/messages', hello);
    await reply.text();
    const row = await ledgerRow(gateway, reply);
    assert.equal(row.bodies !== undefined, keepBodies);
    if (keepBodies) assert.match(row.bodies?.request ?? '', /Tell me about rivers/);
  }
});
