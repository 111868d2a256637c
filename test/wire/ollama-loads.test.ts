import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';

// Ollama answers a request that gives its model nothing to say with the news that the model was loaded.

const messages = [{ role: 'user', content: 'Hi' }];
const idle = (reason: string) => ({
  model: 'm',
  message: { role: 'assistant', content: '' },
  done: true,
  done_reason: reason,
});
const hello = {
  model: 'm',
  message: { role: 'assistant', content: 'Hello' },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 5,
  eval_count: 2,
};

/** A paid Ollama server that gives these replies in turn, and its last one from then on. */
async function startOllama(t: Cleanup, replies: readonly object[]) {
  const left = [...replies];
  const provider = await startEchoingProvider(t, ({ body }) => {
    const reply = left.length > 1 ? left.shift() : left[0];
    return { body: body['stream'] ? `${JSON.stringify(reply)}\n` : (reply ?? {}) };
  });
  const gateway = await startTestGateway(t, {
    config: () => ({
      providers: { lab: { dialect: 'ollama-chat', baseUrl: provider.url } },
      models: [{ id: 'lab/m', price: { input: 1, output: 2 } }],
      routing: { retries: 1 },
    }),
  });
  const ask = (body: object) =>
    post(gateway, '/v1/chat/completions', { model: 'lab/m', messages, max_tokens: 50, ...body });
  return { gateway, ask, received: provider.received };
}

for (const reason of ['load', 'unload']) {
  for (const stream of [false, true]) {
    const how = stream ? 'a stream' : 'a whole reply';
    test(`${how} that only tells of a model's ${reason} is no answer: it is asked again`, async (t) => {
      const { ask, received } = await startOllama(t, [idle(reason), hello]);
      const served = await ask({ stream });
      assert.equal(served.status, 200);
      assert.match(await served.text(), /Hello/);
      assert.equal(received.length, 2);
    });
  }

  test(`a model that is never more than ${reason}ed fails, at no cost`, async (t) => {
    const { gateway, ask } = await startOllama(t, [idle(reason)]);
    const failed = await ask({});
    assert.equal(failed.status, 502);
    assert.match(await failed.text(), new RegExp(`wrote nothing .*${reason}`));
    const row = await lastRow(gateway);
    assert.deepEqual([row.state, row.cost], ['failed', 0n]);
  });
}

test('a conversation of system messages gives the model its last one as the question', async (t) => {
  const { ask, received } = await startOllama(t, [hello]);
  const system = (content: string) => ({ role: 'system', content });
  const served = await ask({ messages: [system('Be brief.'), system('Name a fruit.')] });
  assert.match(served.headers.get('x-conclave-warnings') ?? '', /its last system message was sent as one/);
  assert.deepEqual(received.at(-1)?.body['messages'], [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Name a fruit.' },
  ]);
  const format = { type: 'json_schema', json_schema: { name: 'fruit', schema: { type: 'object' } } };
  await ask({ messages: [system('Name a fruit.')], response_format: format });
  assert.deepEqual(received.at(-1)?.body['messages'], [{ role: 'user', content: 'Name a fruit.' }]);
});
