import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { completion } from '../support/chat-replies.ts';
import { post, startTestGateway } from '../support/gateway.ts';

const messages = [{ role: 'user', content: 'Hello' }];

test('the headers of a reply say what it cost, and whether that is counted, estimated or unknown', async (t) => {
  const provider = await startKeyedProvider(t);
  const { usage: _, ...uncounted } = completion();
  provider.behave('uncounted', { body: uncounted });
  const at = (apiKey: string) => ({ dialect: 'openai-chat' as const, baseUrl: provider.url, apiKey });
  const price = { input: 1, output: 2 };
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        exact: at('exact'),
        silent: at('uncounted'),
      },
      models: [
        { id: 'exact/m', price },
        { id: 'silent/m', price },
      ],
    },
  });
  const headers = async (model: string) => {
    const reply = await post(gateway, '/v1/chat/completions', { model, messages });
    assert.equal(reply.status, 200, await reply.text());
    return ['model', 'cost-usd', 'estimated'].map((name) => reply.headers.get(`x-conclave-${name}`));
  };
  assert.deepEqual(await headers('exact/m'), ['exact/m', '0.00002', null]);
  assert.deepEqual(await headers('exact/unpriced'), ['exact/unpriced', 'unknown', null]);
  const [, cost, estimated] = await headers('silent/m');
  assert.equal(estimated, 'true');
  assert.ok(Number(cost) > 0);
});
