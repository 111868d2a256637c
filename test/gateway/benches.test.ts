import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';

/** A gateway in front of two providers, `one` and `other`; the other is the fallback. */
async function before(t: TestContext, routing: NonNullable<ConfigInput['routing']> = {}) {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        one: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-one' },
        other: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-other' },
      },
      models: [{ id: 'one/m' }, { id: 'other/m' }],
      routing: { retries: 0, fallbacks: { 'one/*': ['other/m'] }, ...routing },
    },
  });
  const asked = (key: string) => lab.keys().filter((other) => other === key).length;
  return { lab, gateway, asked };
}

async function ask(gateway: TestGateway, headers: Record<string, string> = {}) {
  const question = { model: 'one/m', max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] };
  const reply = await post(gateway, '/v1/chat/completions', question, headers);
  await reply.text();
  return reply;
}

const crowd = (gateway: TestGateway, size: number) =>
  Promise.all(Array.from({ length: size }, () => ask(gateway)));

test('one call tries a provider again that hung, and the others stay with the fallback until it answers', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const { lab, gateway, asked } = await before(t, { timeouts: { wholeAnswerMs: 200 } });
  lab.behave('key-one', { delayMs: 600 });
  await crowd(gateway, 6);
  assert.equal(asked('key-one'), 6);
  t.mock.timers.tick(15_000);
  for (const reply of await crowd(gateway, 20)) assert.equal(reply.status, 200);
  assert.equal(asked('key-one'), 7, 'the probe');
  t.mock.timers.tick(30_000);
  lab.behave('key-one', {});
  await crowd(gateway, 20);
  assert.equal(asked('key-one'), 8, 'the probe, which is answered');
  await crowd(gateway, 5);
  assert.equal(asked('key-one'), 13);
});

test('a provider that says when to come back is left alone until then, whatever answers to earlier calls arrive', async (t) => {
  const { lab, gateway, asked } = await before(t);
  lab.behave('key-one', { delayMs: 200 });
  const early = ask(gateway);
  while (asked('key-one') === 0) await new Promise(setImmediate);
  lab.behave('key-one', { status: 429, headers: { 'retry-after': '30' } });
  assert.equal((await ask(gateway)).headers.get('x-conclave-model'), 'other/m');
  assert.equal((await early).headers.get('x-conclave-model'), 'one/m');
  assert.equal((await ask(gateway)).headers.get('x-conclave-model'), 'other/m');
  assert.equal(asked('key-one'), 2);
});
