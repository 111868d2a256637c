import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/core/json/json.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { startScriptedProvider } from '../providers/scripted-provider.ts';

const event = (type: string, sequence_number: number, members: JsonObject) =>
  Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...members })}\n\n`);
const created = event('response.created', 0, { response: { id: 'r', status: 'in_progress', output: [] } });
const delta = event('response.output_text.delta', 1, {
  item_id: 'm',
  output_index: 0,
  content_index: 0,
  delta: 'Hi',
});
const usage = { input_tokens: 5, output_tokens: 1, total_tokens: 6 };
const reason = event('error', 3, { code: 'too_many_requests', message: 'Slow down', param: null });

type Told = { readonly type: string; readonly sequence_number: number; readonly response?: JsonObject };

test('a relayed Responses stream has one end, which its clients know, with the usage and the provider’s reason', async (t) => {
  const provider = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-responses', baseUrl: provider.url, apiKey: 'key' } },
      routing: { retries: 0 },
    },
  });
  const hear = async (...pieces: readonly Buffer[]) => {
    provider.say({ contentType: 'text/event-stream', pieces: [created, delta, ...pieces], ending: 'end' });
    const reply = await post(gateway, '/v1/responses', { model: 'lab/model', input: 'Hi', stream: true });
    const text = await reply.text();
    const events = [...text.matchAll(/^data: (.*)$/gmu)].map(([, data = '']) => JSON.parse(data) as Told); // they are all events
    assert.deepEqual(
      events.map((one) => one.sequence_number),
      events.map((_, at) => at),
    );
    const row = await ledgerRow(gateway, reply);
    return { names: events.map(({ type }) => type).slice(2), last: events.at(-1)?.response, row };
  };

  for (const told of [usage, null]) {
    const failed = event('response.failed', 2, {
      response: { id: 'r', status: 'failed', error: null, output: [], usage: told },
    });
    for (const pieces of [[failed, reason], [Buffer.concat([failed, reason])], [failed]]) {
      const { names, last, row } = await hear(...pieces);
      assert.deepEqual(names, ['error', 'response.failed']);
      assert.match(
        JSON.stringify(last),
        pieces.length > 1 || pieces[0] !== failed ? /Slow down/ : /has failed/,
      );
      if (told) assert.partialDeepStrictEqual(last, { usage: told });
      assert.equal(row.state, 'truncated');
    }
  }

  const response = { id: 'r', status: 'failed', error: null, output: [], usage };
  const untyped = Buffer.from(`event: response.failed\ndata: ${JSON.stringify({ response })}\n\n`);
  for (const failed of [event('response.completed', 2, { response }), untyped]) {
    const { names, last, row } = await hear(failed);
    assert.deepEqual(names, ['error', 'response.failed']);
    assert.partialDeepStrictEqual(last, { usage });
    assert.equal(row.state, 'truncated');
  }

  for (const status of ['completed', 'incomplete', undefined]) {
    const response = { id: 'r', output: [], usage, ...(status && { status }) };
    const done = event('response.done', 2, { response });
    const { names, last, row } = await hear(done);
    assert.deepEqual(names, [`response.${status ?? 'completed'}`]);
    assert.deepEqual(last, { ...response, status: status ?? 'completed' });
    assert.equal(row.state, 'ok');
  }
});
