import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Provider } from '../core/provider.ts';
import { tiers } from '../core/task.ts';
import { createCatalogue } from './create-catalogue.ts';
import { defaultChain } from './default-chain.ts';
import { frontierBaseline } from './frontier-baseline.ts';
import { localModels } from './local-models.ts';

const provider = (id: string, local = false): Provider => ({
  id,
  name: id,
  dialects: [],
  auth: 'bearer',
  keyVariables: [],
  quirks: {},
  local,
});
const catalogueOf = (...ids: string[]) =>
  createCatalogue({
    providers: [...ids.map((id) => provider(id)), provider('ollama', true)],
    discovered: localModels(provider('ollama', true), { models: [{ name: 'qwen3:32b' }] }),
  });
const all = await catalogueOf(
  'azure',
  'bedrock',
  'anthropic',
  'deepseek',
  'google',
  'mistral',
  'openai',
  'openrouter',
);
const chainOf = (id: string, models = all.models()) => {
  const model = all.get(id);
  assert.ok(model);
  return defaultChain(model, models);
};

test('the next family’s model of the same tier comes first, from its maker if that is configured', () => {
  assert.deepEqual(
    chainOf('anthropic/claude-opus-5-5')
      .slice(0, 2)
      .map(({ id }) => id),
    ['openai/gpt-6-astra', 'google/gemini-3.1-pro-preview'],
  );
  assert.equal(chainOf('openai/gpt-6-sol')[0]?.id, 'google/gemini-3.8-flash');
  assert.equal(chainOf('google/gemini-3.5-flash-lite')[0]?.id, 'deepseek/deepseek-v4-pro');
  assert.equal(chainOf('deepseek/deepseek-v4-pro')[0]?.id, 'mistral/mistral-large-2512');
});

test('a local model is the last resort', () => {
  for (const { id } of all.models()) {
    const chain = chainOf(id);
    assert.deepEqual(chain.filter(({ local }) => local).length, id.startsWith('ollama/') ? 0 : 1);
    if (!id.startsWith('ollama/')) assert.ok(chain.at(-1)?.local);
  }
});

test('no chain contains a model twice, the family that failed, or a more expensive tier', () => {
  for (const { id, tier = 'workhorse', family } of all.models()) {
    const chain = chainOf(id);
    assert.equal(new Set(chain.map((model) => model.id)).size, chain.length);
    for (const next of chain.filter(({ local }) => !local)) {
      assert.notEqual(next.family, family);
      assert.ok(tiers.indexOf(next.tier ?? 'economy') >= tiers.indexOf(tier), `${id} → ${next.id}`);
    }
  }
});

test('if no other family has the tier, the chain continues with the tier below', async () => {
  const two = await catalogueOf('anthropic', 'deepseek');
  assert.equal(chainOf('anthropic/claude-opus-5-5', two.models())[0]?.id, 'deepseek/deepseek-v4-pro');
});

test('savings are measured against the frontier model of the first available family', async () => {
  assert.equal(frontierBaseline(all.models())?.id, 'anthropic/claude-opus-5-5');
  assert.equal(frontierBaseline((await catalogueOf('openai', 'google')).models())?.id, 'openai/gpt-6-astra');
  assert.equal(frontierBaseline((await catalogueOf('google')).models())?.id, 'google/gemini-3.1-pro-preview');
});

test('without a frontier model no saving is claimed', async () => {
  assert.equal(frontierBaseline((await catalogueOf('deepseek')).models()), undefined);
});
