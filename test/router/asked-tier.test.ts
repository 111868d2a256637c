import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featuresVersion } from '../../src/learning/features/hashed-features.ts';
import { labelledCall } from '../../src/learning/fitting/labelled-call.ts';
import { startAnsweringProvider } from '../providers/answering-provider.ts';
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

test('a local model that alone has the tier answers, however strict the call is, and a dearer tier does not', async (t) => {
  const lab = await startAnsweringProvider(t, () => 'Well.');
  const described = { dialect: 'openai-chat' as const, baseUrl: lab.url, apiKey: 'k' };
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: described, home: { ...described, local: true } },
      models: [
        { id: 'lab/dear', family: 'a', tier: 'workhorse', price: { input: 1, output: 1 } },
        { id: 'home/small', family: 'b', tier: 'economy', price: { input: 0, output: 0 } },
      ],
    },
  });
  const asked = { ...body, model: 'auto:economy', models: ['lab/dear', 'home/small'] };
  for (const policy of ['tiered', 'learned']) {
    for (const strict of ['false', 'true']) {
      const reply = await post(gateway, '/v1/chat/completions', asked, {
        'x-conclave-policy': policy,
        'x-conclave-strict': strict,
      });
      assert.equal(reply.status, 200, await reply.text());
      assert.equal(reply.headers.get('x-conclave-model'), 'home/small', policy);
      assert.equal(reply.headers.get('x-conclave-warnings'), null);
    }
  }
});

test('a call that names a tier, itself or by an alias, is not learned from as one drawn from all models', async (t) => {
  const lab = await startAnsweringProvider(t, () => 'Well.');
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' } },
      models: [
        { id: 'lab/one', family: 'a', tier: 'workhorse', price: { input: 1, output: 1 } },
        { id: 'lab/two', family: 'b', tier: 'frontier', price: { input: 5, output: 5 } },
        { id: 'lab/three', family: 'c', tier: 'frontier', price: { input: 6, output: 6 } },
      ],
      aliases: { smart: 'auto:frontier', best: 'smart', everyday: 'auto' },
      routing: { policy: 'learned' },
    },
  });
  const asked = new Map<string, string>();
  for (const model of ['auto', 'everyday', ' auto', 'auto:frontier', 'smart', 'best', ' auto:frontier ']) {
    const messages = [{ role: 'user', content: `Describe the river number ${asked.size}.` }];
    const reply = await post(gateway, '/v1/chat/completions', { model, max_tokens: 50, messages });
    assert.equal(reply.status, 200, await reply.text());
    asked.set(reply.headers.get('x-conclave-request-id') ?? '', model);
  }
  const { router } = await gateway.store();
  const calls = await router.calls({ since: 0, features: featuresVersion, limit: 50 });
  const labelled = calls.map(labelledCall);
  assert.equal(labelled.length, asked.size);
  const drawn = labelled.flatMap(({ id, experiment }) => (experiment ? [asked.get(id)] : []));
  assert.deepEqual(drawn, ['auto', 'everyday', ' auto']);
});
