import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, simulatedProviders, startTestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';

const ask = {
  model: 'auto',
  max_tokens: 50,
  messages: [{ role: 'user', content: 'Put this list into alphabetical order.' }],
};

test('the config sets the policy of auto, and the row says which policy decided', async (t) => {
  for (const policy of ['tiered', 'cost', 'latency'] as const) {
    const gateway = await startTestGateway(t, {
      config: (simulator) => ({ providers: simulatedProviders(simulator), routing: { policy } }),
    });
    const reply = await post(gateway, '/v1/chat/completions', ask);
    assert.equal(reply.status, 200, `${policy}: ${await reply.clone().text()}`);
    const row = await ledgerRow(gateway, reply);
    assert.equal(row.decision?.policy, policy);
  }
});
