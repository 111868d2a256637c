import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startScriptedProvider, type Script, type ScriptedProvider } from '../providers/scripted-provider.ts';
import { createKey } from '../support/create-key.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { ownSamples, replyBytes } from '../support/recorded-replies.ts';
import { chunk } from '../support/chat-replies.ts';

// A provider bills a reply that it has begun, even if the connection breaks before the reply reports its usage.

const dialects = [
  'anthropic-messages',
  'bedrock-converse',
  'google-generate',
  'ollama-chat',
  'openai-chat',
  'openai-responses',
] as const;
type DialectId = (typeof dialects)[number];

const price = { input: 1, output: 2 };
const inputNano = 1_000n;
const outputNano = 2_000n;
const prompt = 'word '.repeat(2_000);
const promptTokens = 2_500;
const said = 'The answer is long. '.repeat(400);
const saidTokens = said.length / 4;
const modelsOwn = 3_000;

for (const dialect of dialects) {
  for (const ending of ['reset', 'end'] as const) {
    test(`a whole ${dialect} reply that ends before its usage (${ending}) is booked at its prompt and at what arrived of it`, async (t) => {
      const { scripted, gateway } = await setUp(t);
      scripted.say(cutAnswer(dialect, ending));
      assert.equal((await ask(gateway, { model: `at-${dialect}/m` })).status, 502);
      const { attempts, cost, estimated } = await lastRow(gateway);
      const [attempt] = attempts;
      assert.deepEqual([attempts.length, attempt?.outcome, estimated], [1, 'failed', true]);
      const { input = 0, output = 0 } = attempt?.usage ?? {};
      assert.ok(input >= promptTokens && input < promptTokens * 1.1, String(input));
      assert.equal(output, saidTokens);
      assert.equal(cost, BigInt(input) * inputNano + BigInt(output) * outputNano);
    });
  }
}

const wordless = {
  'before its first event': '',
  'after an event without content': chunk({ role: 'assistant', content: '' }),
};
for (const [when, event] of Object.entries(wordless)) {
  for (const stream of [true, false]) {
    test(`a stream that breaks off ${when} is booked at its prompt (asked for ${stream ? 'a stream' : 'a whole answer'})`, async (t) => {
      const { scripted, gateway } = await setUp(t);
      scripted.say({
        contentType: 'text/event-stream',
        pieces: event === '' ? [] : [Buffer.from(event)],
        ending: 'reset',
      });
      assert.equal((await ask(gateway, { model: 'at-openai-chat/m', stream })).status, 502);
      const { attempts, estimated } = await lastRow(gateway);
      const { input = 0, output } = attempts[0]?.usage ?? {};
      assert.deepEqual([attempts.length, output, estimated], [1, 0, true]);
      assert.ok(input >= promptTokens, String(input));
    });
  }
}

test('a stream of wide tokens that breaks off is booked within its limit, or else within its model, for each answer', async (t) => {
  const { scripted, gateway } = await setUp(t);
  scripted.say({
    contentType: 'text/event-stream',
    // One token of most vocabularies each.
    pieces: Array.from({ length: 300 }, () => Buffer.from(chunk({ content: ' '.repeat(64) }))),
    ending: 'reset',
  });
  for (const [asked, most] of [
    [{ max_tokens: 100 }, 100],
    [{ max_tokens: 100, n: 2 }, 200],
    [{}, modelsOwn],
  ] as const) {
    await (await ask(gateway, { model: 'at-openai-chat/m', stream: true, ...asked })).text();
    const { attempts, estimated } = await lastRow(gateway);
    assert.deepEqual([attempts[0]?.usage.output, estimated], [most, true]);
  }
});

test('a reply that is not the beginning of an answer costs nothing', async (t) => {
  const { scripted, gateway } = await setUp(t);
  for (const text of ['', '<html>Busy', '{"choices":[]} and more']) {
    scripted.say({ contentType: 'application/json', pieces: [Buffer.from(text)], ending: 'end' });
    assert.equal((await ask(gateway, { model: 'at-openai-chat/m' })).status, 502);
    const { cost, estimated } = await lastRow(gateway);
    assert.deepEqual([cost, estimated], [0n, false], text);
  }
});

test('a budget that cannot cover both a reply that was cut and another attempt ends the call', async (t) => {
  const { scripted, gateway } = await setUp(t, 2);
  scripted.say(cutAnswer('openai-chat', 'reset'));
  const { key } = await createKey(gateway, { budgets: [{ window: 'day', limitUsd: 0.02, hard: true }] });
  // One attempt may cost up to $0.0141, and $0.0065 was lost with the first.
  const reply = await ask({ ...gateway, key }, { model: 'at-openai-chat/m', max_tokens: 2_000 });
  assert.equal(reply.status, 429);
  assert.match(
    await reply.text(),
    /Failed attempts may be billed at \$0\.00\d+; in addition to it, the budget per day of \$0\.02 does not allow another/,
  );
  assert.equal((await lastRow(gateway)).attempts.length, 1);
});

/** The dialect's sample with a long answer, which ends in the middle of the bytes after that answer. */
function cutAnswer(dialect: DialectId, ending: Script['ending']): Script {
  const sample = ownSamples(dialect).find(({ id }) => id === `${dialect}.text`) ?? assert.fail(dialect);
  const short = JSON.stringify(sample.expect?.text).slice(1, -1);
  const [before, after] = replyBytes(sample).toString().split(short);
  assert.ok(before && after);
  const bytes = Buffer.from(before + said + after.slice(0, 4));
  return { contentType: sample.contentType, pieces: [bytes], ending };
}

function ask(gateway: Pick<TestGateway, 'url' | 'key'>, body: object) {
  return post(gateway, '/v1/chat/completions', { messages: [{ role: 'user', content: prompt }], ...body });
}

async function setUp(
  t: Parameters<typeof startTestGateway>[0],
  retries = 0,
): Promise<{ readonly scripted: ScriptedProvider; readonly gateway: TestGateway }> {
  const scripted = await startScriptedProvider(t);
  const aws = { accessKeyId: 'AKID', secretAccessKey: 'secret', region: 'us-east-1' };
  const gateway = await startTestGateway(t, {
    config: {
      providers: Object.fromEntries(
        dialects.map((dialect) => [
          `at-${dialect}`,
          {
            dialect,
            baseUrl: scripted.url,
            ...(dialect === 'bedrock-converse' ? aws : { apiKey: 'key' }),
          },
        ]),
      ),
      models: dialects.map((dialect) => ({ id: `at-${dialect}/m`, price, maxOutputTokens: modelsOwn })),
      routing: { retries },
    },
  });
  return { scripted, gateway };
}
