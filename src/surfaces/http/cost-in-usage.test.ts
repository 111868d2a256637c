import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallReceipt } from '../../core/call.ts';
import { noUsage } from '../../core/money/usage.ts';
import { costInBody, costInStream } from './cost-in-usage.ts';

const sse = (payload: object) => `data: ${JSON.stringify(payload)}\n\n`;
const delta = (content: object) => sse({ choices: [{ index: 0, delta: content }] });
const usage = { usage: { input_tokens: 3, output_tokens: 2 } };

const messages = [
  sse({ type: 'message_start', message: { content: [], ...usage } }),
  sse({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Good ' } }),
  sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'day.' } }),
  sse({ type: 'content_block_stop', index: 0 }),
  sse({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, ...usage }),
  sse({ type: 'message_stop' }),
];
const chat = [
  delta({ role: 'assistant', content: '' }),
  delta({ content: 'Good ' }),
  delta({ content: 'day.' }),
  sse({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  sse({ choices: [], ...usage }),
  'data: [DONE]\n\n',
];
const usageFirst = [
  sse({ choices: [{ index: 0, delta: { role: 'assistant' } }], ...usage }),
  ...chat.slice(1),
];
const usageInEach = [...chat.slice(0, 4), ...chat.slice(5)].map((event) =>
  event.replace(/\}\n\n$/, `,${JSON.stringify(usage).slice(1)}\n\n`),
);
const responses = [
  sse({ type: 'response.created', response: { status: 'in_progress', ...usage } }),
  sse({ type: 'response.output_text.delta', delta: 'Good ' }),
  sse({ type: 'response.output_text.delta', delta: 'day.' }),
  sse({ type: 'response.completed', response: { status: 'completed', ...usage } }),
];

const settled = Promise.resolve<CallReceipt>({
  requestId: 'req_1',
  state: 'ok',
  usage: noUsage,
  cost: 5_000_000n,
  estimated: false,
  simulated: false,
  attempts: 1,
  warnings: [],
});

test('with its cost, a stream still leaves piece by piece, unchanged but for the last usage', async () => {
  for (const [name, events] of Object.entries({ messages, chat, usageFirst, usageInEach, responses })) {
    let given = 0;
    async function* pieces() {
      for (const event of events) {
        given += 1;
        yield event;
      }
    }
    let text = '';
    let givenAtAnswer: number | undefined;
    for await (const event of costInStream(pieces(), settled)) {
      text += event;
      if (text.includes('Good ')) givenAtAnswer ??= given;
    }
    const first = events.findIndex((event) => event.includes('Good ')) + 1;
    assert.ok(
      (givenAtAnswer ?? Infinity) <= first + 1,
      `${name}: the answer began at event ${givenAtAnswer}`,
    );
    const [before, ...more] = text.split(',"cost":0.005');
    assert.deepEqual([before, ...more].join(''), events.join(''), name);
    assert.equal(more.length, 1, name);
    assert.doesNotMatch(more.join(''), /"usage":\{/, `${name}: the cost is in the last usage`);
  }
});

test('simulated money is marked, and the rest of a reply keeps its bytes', async () => {
  const receipt = await settled;
  const body = '{"id": 12345678901234567890, "usage":{"input_tokens":3}}';
  const withCost = (simulated: boolean) =>
    Buffer.from(costInBody(body, { ...receipt, simulated })).toString();
  assert.equal(withCost(false), '{"id": 12345678901234567890, "usage":{"input_tokens":3,"cost":0.005}}');
  assert.equal(
    withCost(true),
    '{"id": 12345678901234567890, "usage":{"input_tokens":3,"cost":0.005,"cost_is_simulated":true}}',
  );
});
