import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, startTestGateway } from '../support/gateway.ts';

const body = { model: 'auto:frontier', max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] };

for (const policy of ['tiered', 'learned', 'cascade']) {
  test(`a tier that the key's models do not contain is replaced with a warning, and refused if strict (${policy})`, async (t) => {
    const gateway = await startTestGateway(t, { config: { routing: { policy } } });
    const { key } = await gateway.app.keys.issue({ name: 'small', budgets: [], models: ['*/*haiku*'] });
    const as = { ...gateway, key };

    const replaced = await post(as, '/v1/chat/completions', body);
    assert.equal(replaced.status, 200);
    assert.match(
      replaced.headers.get('x-conclave-warnings') ?? '',
      /no frontier model can serve this call, so anthropic\/claude-haiku[\w-]+ \(economy\) is asked/,
    );

    const strict = await post(as, '/v1/chat/completions', body, { 'x-conclave-strict': 'true' });
    assert.equal(strict.status, 400);
    assert.match(await strict.text(), /it is not a frontier model, and the call is strict/);

    // The local key has no list of models; this server has no model without a tier's name.
    const { key: plain } = await gateway.app.keys.issue({ name: 'plain', budgets: [] });
    const without = await post(
      { ...gateway, key: plain },
      '/v1/chat/completions',
      { ...body, provider: { only: ['ollama'] } },
      { 'x-conclave-strict': 'true' },
    );
    assert.equal(without.status, 400);

    const met = await post(
      as,
      '/v1/chat/completions',
      { ...body, model: 'auto:economy' },
      { 'x-conclave-strict': 'true' },
    );
    assert.equal(met.status, 200);
    assert.doesNotMatch(met.headers.get('x-conclave-warnings') ?? '', /can serve/);
  });
}
