import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { until } from '../support/until.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { completion } from '../support/chat-replies.ts';

// A provider that accepts two concurrent calls, which is configured nowhere: Conclave learns it from the first refusal.

const refusals = {
  'a bare 429': { status: 429, headers: {} },
  'a 503 with a time': { status: 503, headers: { 'retry-after': '1' } },
} as const;

for (const [name, refusal] of Object.entries(refusals)) {
  test(`after ${name} excess calls are refused without calling the provider, and the refused call gets the next free slot`, async (t) => {
    const provider = await startProvider(t, refusal);
    const gateway = await startTestGateway(t, {
      config: {
        providers: { lab: { dialect: 'openai-chat', baseUrl: provider.url, apiKey: 'key' } },
        models: [{ id: 'lab/m' }],
        // Ten seconds to wait, and answers that are estimated to take one second: twenty calls fit in the queue.
        routing: { balance: { queueMs: 20_000 } },
      },
    });
    const ask = (content: string, headers = {}) =>
      post(
        gateway,
        '/v1/chat/completions',
        { model: 'lab/m', messages: [{ role: 'user', content }] },
        headers,
      );
    const hasRoom = async () => {
      const dry = await ask('dry', { 'x-conclave-dry-run': 'true' });
      const { steps } = (await dry.json()) as { steps: { has_room: boolean }[][] };
      return steps[0]?.[0]?.has_room;
    };
    const answers = [ask('first'), ask('second')];
    await provider.holds(2);
    answers.push(ask('refused'));
    await until(async () => !(await hasRoom()), 'the gateway to find the provider full');
    assert.equal(provider.asked.length, 3);

    const replies = Array.from({ length: 30 }, () => ask('more'));
    const shed: Response[] = [];
    for (const reply of replies) void reply.then((one) => one.status === 200 || shed.push(one));
    await until(
      () => shed.length >= 11,
      () => `11 refusals, not ${shed.length}`,
    );
    for (const reply of shed) {
      assert.equal(reply.status, 429);
      assert.ok(Number(reply.headers.get('retry-after')) >= 1);
    }
    assert.equal(provider.asked.length, 3, 'the provider was not called for them');

    provider.answerFirst();
    await provider.holds(2);
    assert.equal(provider.asked.at(-1), 'refused', 'before all queued calls');
    provider.answerAll();
    for (const reply of await Promise.all(answers)) assert.equal(reply.status, 200);
    const statuses = (await Promise.all(replies)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 200).length, 19, 'including the queued calls');
  });
}

test('a refused call that is not retried is told when to retry', async (t) => {
  const provider = await startProvider(t, refusals['a bare 429']);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: provider.url, apiKey: 'key' } },
      routing: { retries: 0 },
    },
  });
  const ask = () =>
    post(gateway, '/v1/chat/completions', {
      model: 'lab/m',
      messages: [{ role: 'user', content: 'Hello' }],
    });
  const answers = [ask(), ask()];
  await provider.holds(2);
  const refused = await ask();
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  provider.answerAll();
  for (const reply of await Promise.all(answers)) assert.equal(reply.status, 200);
});

test('a 429 with a retry time of seconds reports a rate window, and does not limit concurrency', async (t) => {
  const provider = await startProvider(t, { status: 429, headers: { 'retry-after': '2' } });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: provider.url, apiKey: 'key' } },
      routing: { retries: 0, balance: { queueMs: 0 } },
    },
  });
  const ask = () =>
    post(gateway, '/v1/chat/completions', {
      model: 'lab/m',
      messages: [{ role: 'user', content: 'Hello' }],
    });
  const answers = [ask(), ask()];
  await provider.holds(2);
  const refused = await ask();
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '2']);
  provider.answerAll();
  for (const reply of await Promise.all([...answers, ask(), ask(), ask()])) assert.equal(reply.status, 200);
});

async function startProvider(
  t: Cleanup,
  { status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
) {
  const places = 2;
  const held: ServerResponse[] = [];
  const asked: string[] = [];
  let free = false;
  const answer = (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion('Here.')));
  const origin = await startLocalServer(t, async (request, response) => {
    const { messages } = JSON.parse(await readText(request)) as { messages: { content: string }[] };
    asked.push(messages[0]?.content ?? '');
    if (free) return void answer(response);
    if (held.length === places)
      return void response.writeHead(status, headers).end('{"error":{"message":"no"}}');
    held.push(response);
  });
  return {
    url: `${origin}/v1`,
    asked,
    async holds(count: number) {
      await until(
        () => held.length >= count,
        () => `${count} requests held, not ${held.length}`,
      );
    },
    answerFirst() {
      const [first] = held.splice(0, 1);
      if (first) answer(first);
    },
    answerAll() {
      free = true;
      for (const response of held.splice(0)) answer(response);
    },
  };
}
