import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createConclave } from '../../src/index.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { completion } from '../support/chat-replies.ts';

/** A program whose first call has reserved $4.90 of its $5 a day; `release` lets that call end, at next to nothing. */
async function withMoneyReserved(t: TestContext) {
  const lab = await startKeyedProvider(t);
  const held = Promise.withResolvers<void>();
  lab.behave('key-slow', { until: held.promise });
  t.after(() => held.resolve());
  const provider = (apiKey: string) => ({
    dialect: 'openai-chat' as const,
    baseUrl: `${lab.url}/v1`,
    apiKey,
  });
  const model = (id: string, output: number) => {
    const maxOutputTokens = 100_000;
    return {
      id,
      price: { input: 1, output },
      tier: 'frontier' as const,
      contextWindow: 200_000,
      maxOutputTokens,
    };
  };
  const home = tempFolder(t);
  const program = async (routing: object = {}) => {
    const opened = await createConclave({
      home,
      config: {
        providers: { slow: provider('key-slow'), quick: provider('key-quick') },
        models: [
          model('slow/m', 100),
          model('quick/m', 100),
          model('quick/cheap', 20),
          model('quick/dear', 400),
        ],
        routing: { retries: 0, ...routing },
      },
    });
    t.after(() => opened.close());
    return opened;
  };
  const conclave = await program();
  const first = conclave.chat({ model: 'slow/m', prompt: 'Hi', maxOutputTokens: 49_000 });
  first.catch(() => undefined);
  await until(() => lab.keys().includes('key-slow'), 'the first call');
  const release = async () => {
    held.resolve();
    await first;
  };
  const isAsked = () => lab.keys().includes('key-quick');
  /** Another program with the same key, whose calls have less time: the first call does not end with them. */
  const withLittleTime = () => program({ timeouts: { totalMs: 1_000 } });
  return { conclave, first, release, isAsked, withLittleTime };
}

const wanted = { model: 'quick/m', prompt: 'Hi', maxOutputTokens: 10_000 };
/** Longer than the first pauses between two attempts. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 200));

test('a call waits for the money that another call has reserved', async (t) => {
  const { conclave, release, isAsked } = await withMoneyReserved(t);
  const answer = conclave.chat(wanted);
  await aWhile();
  assert.equal(isAsked(), false);
  await release();
  assert.equal((await answer).text, 'Hello.');
});

test('a panel waits for the money that another call has reserved', async (t) => {
  const { conclave, release, isAsked } = await withMoneyReserved(t);
  const panel = conclave
    .consensus({ prompt: 'Hi', mode: 'answer', models: ['quick/cheap', 'quick/other'] })
    .catch(String);
  await aWhile();
  assert.equal(isAsked(), false);
  await release();
  assert.doesNotMatch(String(await panel), /budget/);
  assert.ok(isAsked());
});

test('a panel does not wait for money beyond its latency limit', async (t) => {
  const { conclave, isAsked } = await withMoneyReserved(t);
  const models = ['quick/cheap', 'quick/other'];
  const panel = conclave.consensus({ prompt: 'Hi', mode: 'answer', models, max_latency_ms: 20 });
  await assert.rejects(panel, { code: 'budget_exceeded' });
  assert.equal(isAsked(), false);
});

test('an open choice waits if one of its models fits once the other call has ended', async (t) => {
  const { conclave, release } = await withMoneyReserved(t);
  const answer = conclave.chat({ model: 'auto:frontier', prompt: 'Hi', maxOutputTokens: 40_000 });
  await aWhile();
  await release();
  assert.equal((await answer).text, 'Hello.');
});

test('a call that is aborted while it waits for money is cancelled, by its caller or by close', async (t) => {
  const { conclave, first } = await withMoneyReserved(t);
  const caller = new AbortController();
  const aborted = assert.rejects(conclave.chat({ ...wanted, signal: caller.signal }), { code: 'cancelled' });
  const closed = assert.rejects(conclave.chat(wanted), { code: 'cancelled', message: /was closed/ });
  const ended = assert.rejects(first, { code: 'cancelled' });
  await aWhile();
  caller.abort();
  await aborted;
  await conclave.close();
  await Promise.all([closed, ended]);
});

test('the wait for money ends with the time of the call or panel, by the refusal of the budget', async (t) => {
  const { withLittleTime, isAsked, release } = await withMoneyReserved(t);
  const conclave = await withLittleTime();
  const refused = {
    code: 'budget_exceeded',
    message:
      /\$4\.9\d* reserved of \$5.*Try again when they have ended, or raise the limit with "conclave keys budget local 20\/day"/,
  };
  const models = ['quick/cheap', 'quick/other'];
  await Promise.all([
    assert.rejects(conclave.chat(wanted), refused),
    assert.rejects(conclave.consensus({ prompt: 'Hi', mode: 'answer', models }), refused),
  ]);
  assert.equal(isAsked(), false);
  await release();
});

test('a call does not wait for money beyond its latency limit', async (t) => {
  const { conclave, release } = await withMoneyReserved(t);
  await assert.rejects(conclave.chat({ ...wanted, limits: { maxLatencyMs: 20 } }), {
    code: 'budget_exceeded',
  });
  await release();
});

test('a call of a panel does not wait for money that its own panel holds', { timeout: 30_000 }, async (t) => {
  const lab = await startKeyedProvider(t);
  lab.behave('k', { body: completion('It goes on and', { finish: 'length', usage: undefined }) });
  const conclave = await createConclave({
    home: tempFolder(t),
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'k' } },
      // Seven calls of 12,000 tokens take $4.87 of the $5 a day; asking again with more room would take $2.78.
      models: ['a', 'b', 'c'].map((name) => ({
        id: `lab/${name}`,
        price: { input: 0.001, output: 58 },
        contextWindow: 200_000,
        maxOutputTokens: 64_000,
      })),
    },
  });
  t.after(() => conclave.close());
  const models = ['lab/a', 'lab/b', 'lab/c'];
  const { warnings } = await conclave.consensus({ prompt: 'Hi', mode: 'answer', models, model: 'lab/a' });
  assert.match(warnings.join('\n'), /the answer of lab\/a was cut at its limit of 12000 tokens/);
});
