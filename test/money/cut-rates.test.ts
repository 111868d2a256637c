import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startScriptedProvider, type Script, type ScriptedProvider } from '../providers/scripted-provider.ts';
import { chunk } from '../support/chat-replies.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { until } from '../support/until.ts';

// An answer that was cut off is estimated as its provider bills it: by bytes, and at the rates of its service tier.

const model = 'openai/gpt-5.4';
const nanoPerToken = { input: 2_500n, output: 15_000n };

test('an answer in Chinese that was cut off is estimated by its bytes, like a prompt', async (t) => {
  const { scripted, gateway } = await setUp(t);
  const said = '这是一个中文回答的内容示例'.repeat(40);
  scripted.say(cut(chunk({ role: 'assistant', content: said })));
  await ask(gateway, { stream: true });
  assert.equal((await lastRow(gateway)).usage.output, Buffer.byteLength(said) / 4);
});

const said = 'word '.repeat(400);
const responseEvent = (event: object) => `data: ${JSON.stringify(event)}\n\n`;
const responses = (service_tier: string) =>
  responseEvent({ type: 'response.created', response: { id: 'resp_1', model: 'm', service_tier } }) +
  responseEvent({
    type: 'response.output_item.added',
    output_index: 0,
    item: { type: 'message', id: 'msg_1', role: 'assistant', content: [] },
  }) +
  responseEvent({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: said });
const chat = (more: object) => chunk({ role: 'assistant', content: said }, null, more);

const cases = {
  'of Chat that announces priority': {
    path: '/v1/chat/completions',
    says: chat({ service_tier: 'priority' }),
    percent: 200n,
  },
  'of Chat that announces no tier': { path: '/v1/chat/completions', says: chat({}), percent: 200n },
  'of Chat that was downgraded': {
    path: '/v1/chat/completions',
    says: chat({ service_tier: 'default' }),
    percent: 100n,
  },
  'of Responses that announces priority': {
    path: '/v1/responses',
    says: responses('priority'),
    percent: 200n,
  },
  'of Responses that was downgraded': { path: '/v1/responses', says: responses('default'), percent: 100n },
} as const;
for (const [which, { path, says, percent }] of Object.entries(cases)) {
  test(`a stream ${which} and breaks off is estimated at ${percent} %`, async (t) => {
    const { scripted, gateway } = await setUp(t);
    scripted.say(cut(says));
    await ask(gateway, { stream: true, service_tier: 'priority' }, path);
    const { cost, usage, estimated } = await lastRow(gateway);
    assert.deepEqual([usage.output, estimated], [500, true]);
    assert.equal(cost, (ordinaryCost(usage) * percent) / 100n);
  });
}

test('a call that its caller gives up before the first byte is estimated at the tier that it asked for', async (t) => {
  const { scripted, gateway } = await setUp(t);
  scripted.say({ contentType: 'application/json', pieces: [], ending: 'hang' });
  const leaving = new AbortController();
  const asked = ask(gateway, { service_tier: 'flex' }, '/v1/chat/completions', leaving.signal);
  await until(async () => (await gateway.app.ledger.recent({ limit: 1 })).length === 1, 'the call to begin');
  leaving.abort();
  await assert.rejects(asked);
  await until(async () => (await lastRow(gateway)).state !== 'running', 'the call to end');
  const { cost, usage } = await lastRow(gateway);
  assert.ok(usage.input > 0);
  assert.equal(cost, ordinaryCost(usage) / 2n);
});

function ordinaryCost({ input, output }: { readonly input: number; readonly output: number }): bigint {
  return BigInt(input) * nanoPerToken.input + BigInt(output) * nanoPerToken.output;
}

function cut(event: string): Script {
  return { contentType: 'text/event-stream', pieces: [Buffer.from(event)], ending: 'reset' };
}

async function ask(gateway: TestGateway, body: object, path = '/v1/chat/completions', signal?: AbortSignal) {
  const prompt =
    path === '/v1/responses' ? { input: 'Hello' } : { messages: [{ role: 'user', content: 'Hello' }] };
  const reply = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, ...prompt, ...body }),
    ...(signal && { signal }),
  });
  await reply.text().catch(() => undefined);
}

async function setUp(
  t: Parameters<typeof startTestGateway>[0],
): Promise<{ readonly scripted: ScriptedProvider; readonly gateway: TestGateway }> {
  const scripted = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { openai: { baseUrl: `${scripted.url}/v1`, apiKey: 'key' } },
      routing: { retries: 0, fallbacks: { '*': [] } },
    },
  });
  return { scripted, gateway };
}
