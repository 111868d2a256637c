import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCatalogue } from '../models/create-catalogue.ts';
import { builtInProviders } from '../providers/built-in-providers.ts';
import { withRuleNames } from './rule-names.ts';
import { checkRules } from './rules.ts';

test('rules accept configured and built-in aliases, and auto with a tier', async () => {
  const catalogue = await createCatalogue({
    providers: builtInProviders.filter(({ id }) => id === 'anthropic' || id === 'deepseek'),
    known: builtInProviders,
    aliases: { smart: 'opus' },
  });
  const use = (...names: string[]) => {
    const { rules } = withRuleNames({ rules: [{ when: {}, use: names }] }, catalogue);
    checkRules(rules, catalogue.models(), catalogue);
    return rules[0]?.use;
  };
  assert.deepEqual(use('opus', 'smart', 'haiku'), [
    'anthropic/claude-opus-5-5',
    'anthropic/claude-opus-5-5',
    'anthropic/claude-haiku-5-5',
  ]);
  assert.deepEqual(use('auto:frontier', 'claude', 'deepseek/*'), ['frontier', 'claude', 'deepseek/*']);
  for (const name of ['gemini', 'google/*', 'google/gemini-3.8-flash'])
    assert.throws(() => use(name), /rules\.0: .*google is not configured; set G\w+_API_KEY/u, name);
  assert.throws(() => use('opsu'), /routing\.rules\.0.*"opsu"/u);
  assert.throws(() => use('auto'), /routing\.rules\.0.*"auto"/u, 'plain auto names no target');
});
