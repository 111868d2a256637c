import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startScriptedProvider } from '../providers/scripted-provider.ts';
import { openTestGateway, post } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { until } from '../support/until.ts';

for (const stream of [false, true]) {
  test(`a shutdown books what the provider may bill for an abandoned call, ${stream ? 'streamed' : 'whole'}`, async (t) => {
    const provider = await startScriptedProvider(t);
    provider.say({ contentType: 'application/json', pieces: [], ending: 'hang' });
    const gateway = await openTestGateway({
      config: {
        providers: { lab: { dialect: 'openai-chat', baseUrl: provider.url, apiKey: 'k' } },
        models: [{ id: 'lab/m', price: { input: 10, output: 10 } }],
        server: { drainMs: 50 },
      },
    });
    const asked = post(gateway, '/v1/chat/completions', {
      model: 'lab/m',
      stream,
      messages: [{ role: 'user', content: 'word '.repeat(400) }],
    });
    await until(() => provider.asked() === 1, 'the call to be at its provider');
    const stopped = gateway.stop();
    const reply = await asked;
    assert.equal(reply.status, 503);
    await stopped;
    const row = await lastRow(gateway);
    assert.ok(row.cost !== undefined && row.cost > 0n, String(row.cost));
    assert.equal(row.estimated, true);
    await gateway.close();
  });
}
