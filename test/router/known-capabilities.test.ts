import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';

/** A provider of nearly free models for which vision support is unknown. */
const strangers = ['frontier', 'workhorse', 'economy'].map((tier) => `lab/${tier}`);
const isUnsure = (id: string) => strangers.includes(id);
const price = { input: 0.01, output: 0.01 };

const gatewayWith = (
  t: Parameters<typeof startTestGateway>[0],
  routing: NonNullable<ConfigInput['routing']> = {},
) =>
  startTestGateway(t, {
    config: (simulator) => ({
      providers: {
        anthropic: { baseUrl: `${simulator.url}/anthropic`, apiKey: 'key-anthropic' },
        openai: { baseUrl: `${simulator.url}/openai/v1`, apiKey: 'key-openai' },
        lab: { dialect: 'openai-chat', baseUrl: `${simulator.url}/openai/v1`, apiKey: 'key-openai' },
      },
      models: [
        { id: 'lab/frontier', tier: 'frontier', contextWindow: 200_000, price },
        { id: 'lab/workhorse', tier: 'workhorse', contextWindow: 200_000, price },
        { id: 'lab/economy', tier: 'economy', contextWindow: 200_000, price },
      ],
      routing,
    }),
  });

const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const image = { type: 'image_url', image_url: { url: pixel } };
const pdf = {
  type: 'file',
  file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjQKJSVFT0YK' },
};

async function ranking(
  gateway: TestGateway,
  { part, model = 'auto', ...more }: { part?: object; model?: string; provider?: object; models?: string[] },
  headers: Record<string, string> = {},
) {
  const text = { type: 'text', text: 'Read the text in this receipt and give me the total.' };
  const body = { model, messages: [{ role: 'user', content: part ? [text, part] : [text] }], ...more };
  const reply = await post(gateway, '/v1/chat/completions', body, {
    'x-conclave-dry-run': 'true',
    ...headers,
  });
  assert.equal(reply.status, 200, await reply.clone().text());
  // The reply of a dry run.
  const { steps, warnings } = (await reply.json()) as { steps: { model: string }[][]; warnings: string[] };
  return { ranked: steps.flat().map(({ model }) => model), warnings };
}

test('for images, every policy prefers models that are known to support them over unknown ones', async (t) => {
  const gateway = await gatewayWith(t);
  const policies = ['tiered', 'rules', 'cost', 'latency', 'weighted', 'learned', 'cascade'];
  for (const policy of policies) {
    const headers = { 'x-conclave-policy': policy };
    for (const part of [image, pdf]) {
      for (const model of ['auto', 'auto:economy']) {
        const { ranked, warnings } = await ranking(gateway, { part, model }, headers);
        const unsure = ranked.findIndex(isUnsure);
        assert.ok(unsure > 0 && ranked.slice(unsure).every(isUnsure), `${policy}: ${ranked.join(', ')}`);
        assert.doesNotMatch(warnings.join(), /is not known to support/);
      }
    }
  }
  const { ranked } = await ranking(gateway, {}, { 'x-conclave-policy': 'cost' });
  assert.ok(strangers.includes(ranked[0] ?? ''), 'without an image they rank like any other');
  const sorted = await ranking(gateway, { part: image, provider: { sort: 'price' } });
  assert.ok(!isUnsure(sorted.ranked[0] ?? ''), sorted.ranked.join(', '));
});

test('if no model is known to support images, or a rule names a model, the call goes there with a warning', async (t) => {
  const gateway = await gatewayWith(t, { rules: [{ when: { tag: 'receipts' }, use: 'lab/workhorse' }] });
  const nobodyElse = await ranking(gateway, { part: image, models: strangers });
  assert.ok(strangers.includes(nobodyElse.ranked[0] ?? ''));
  assert.match(nobodyElse.warnings.join(), /lab\/\w+ is not known to support vision/);
  const ruled = await ranking(gateway, { part: image }, { 'x-conclave-tags': 'receipts' });
  assert.equal(ruled.ranked[0], 'lab/workhorse');
  assert.match(ruled.warnings.join(), /lab\/workhorse is not known to support vision/);
  const plain = await ranking(gateway, {}, { 'x-conclave-tags': 'receipts' });
  assert.doesNotMatch(plain.warnings.join(), /is not known to support/);
});
