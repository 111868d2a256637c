import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestGateway, post, type TestGateway } from '../support/gateway.ts';

const models = [
  'openai/gpt-6-sol',
  'openai/gpt-5.4-nano',
  'anthropic/claude-opus-5-5',
  'anthropic/claude-haiku-4-5',
  'deepseek/deepseek-v4-pro',
  'ollama/qwen3:8b',
];

const handbook = 'The handbook says: be kind to the next reader. '.repeat(150);
const prompts = [
  'Hello',
  'What is 12 * 34?',
  `${handbook}\nWhat does it say?`,
  `${handbook}\nAnd what else?`,
];

/** Optional features of a chat request, each billed differently. */
const wishes: readonly object[] = [
  {},
  { reasoning_effort: 'high' },
  { response_format: { type: 'json_object' } },
  {
    tools: [
      { type: 'function', function: { name: 'look_up', parameters: { type: 'object', properties: {} } } },
    ],
  },
];

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway();
});
after(() => gateway.close());

test('after calls of every kind the ledger and the provider’s bill agree to the nano-dollar', async () => {
  for (const model of models) {
    for (const content of prompts) {
      for (const stream of [false, true]) {
        for (const wish of wishes) await askBothWays(model, content, { ...wish, stream });
      }
    }
  }
  const costs = await gateway.app.ledger.costs({ by: 'model', since: 0 });
  const bill = gateway.simulator.bill();
  assert.equal(bill.calls, models.length * prompts.length * wishes.length * 2 * 2);
  assert.equal(bill.interruptedCalls, 0);
  assert.equal(costs.calls, bill.calls);
  assert.equal(Number(costs.totalNanoUsd), bill.totalNanoUsd);
  assert.ok(bill.totalNanoUsd > 0);
});

async function askBothWays(
  model: string,
  content: string,
  wish: { readonly stream: boolean },
): Promise<void> {
  const messages = [{ role: 'user', content }];
  const cached = [{ type: 'text', text: content, cache_control: { type: 'ephemeral' } }];
  const replies = [
    await post(gateway, '/v1/chat/completions', { model, messages, ...wish }),
    await post(gateway, '/v1/messages', {
      model,
      max_tokens: 2_000,
      messages: [{ role: 'user', content: cached }],
      stream: wish.stream,
    }),
  ];
  for (const reply of replies) {
    assert.equal(reply.status, 200, await reply.text());
  }
}
