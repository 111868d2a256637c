import assert from 'node:assert/strict';
import { request, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { startFirehose } from '../../bench/soak/firehose.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';

test('a client that stops reading is dropped after a while, its provider is released and the received part is booked', async (t) => {
  const firehose = await startFirehose(64 * 2 ** 20);
  t.after(() => firehose.close());
  const gateway = await startTestGateway(t, {
    config: {
      server: { stalledReaderMs: 300 },
      providers: { lab: { dialect: 'openai-chat', baseUrl: firehose.url, apiKey: 'key' } },
    },
  });
  const response = await openStream(gateway);
  response.pause();
  const id = String(response.headers['x-conclave-request-id']);
  const call = () => gateway.app.ledger.show(id);
  await until(async () => (await call())?.state !== 'running', 'the call to end', { everyMs: 20 });
  const row = await call();
  assert.equal(row?.state, 'cancelled');
  assert.ok(row.estimated && row.usage.output > 0);
  await until(() => firehose.open() === 0, 'the provider to stop');
  const closed = new Promise((resolve) => response.on('close', resolve));
  response.resume();
  await closed;
  assert.equal(response.complete, false, 'and the client can tell that its answer is incomplete');
});

function openStream({ url, key }: TestGateway): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      response.on('error', () => undefined); // cut, as expected
      resolve(response);
    });
    asked.end(
      JSON.stringify({ model: 'lab/soak', stream: true, messages: [{ role: 'user', content: 'Go on.' }] }),
    );
  });
}
