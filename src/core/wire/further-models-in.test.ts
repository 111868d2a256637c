import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '../json/json.ts';
import { furtherModelsIn } from './further-models-in.ts';

const fields: readonly (readonly [
  name: string,
  value: JsonValue,
  models: readonly string[] | 'any' | undefined,
])[] = [
  ['fallbacks', ['big/one', { model: 'big-one', messages: [] }], ['big/one', 'big-one']],
  ['fallbacks', 'default', 'any'],
  ['fallbacks', [{ small: ['big'] }], 'any'],
  ['fallbacks', [{ model: 'small', fallbacks: ['big'] }], 'any'],
  ['fallbacks', [{ model: 'small', fallbacks: [{ small: [{ model: 'big' }] }] }], 'any'],
  ['fallbacks', [{ model: 'small', extra_body: { models: ['big'] } }], 'any'],
  ['fallbacks', [{ model: 'small', extra_body: { top_k: 3 }, num_retries: 2 }], ['small']],
  ['context_window_fallbacks', [{ small: ['big'] }], 'any'],
  ['context_window_fallback_dict', { small: 'big' }, 'any'],
  ['preset', 'mine', 'any'],
  ['disable_fallbacks', true, undefined],
  ['mock_testing_fallbacks', false, undefined],
  ['fallback_config', { retry: true, depth: 2 }, undefined],
  ['extra_body', { disable_fallbacks: true, fallback_config: { depth: 2 } }, undefined],
  ['extra_body', { fallbacks: ['big'] }, 'any'],
  ['extra_body', { models: ['big'] }, 'any'],
  ['extra_body', { models: { big: 1 } }, 'any'],
  ['extra_body', { models: [], model: null, route: '' }, undefined],
  ['extra_body', { google: { thinking_config: { thinking_budget: 0 } } }, undefined],
  ['providerOptions', { gateway: { models: ['big'] } }, 'any'],
  ['providerOptions', { gateway: { order: ['bedrock'] } }, undefined],
  ['orq', { fallbacks: [{ model: 'big' }] }, 'any'],
  ['orq', { load_balancer: { models: [{ model: 'big', weight: 1 }] } }, 'any'],
  ['orq', { retry: { count: 2, on_codes: [429] }, cache: { type: 'exact_match' } }, undefined],
  ['user_config', { model_list: [{ litellm_params: { model: 'big' } }] }, 'any'],
  ['extra_body', [{ fallbacks: ['big'] }], 'any'],
  ['providerOptions', { gateway: { stages: [{ models: ['big'] }, { order: ['bedrock'] }] } }, 'any'],
  ['providerOptions', { gateway: { order: ['bedrock'], tags: ['model'] } }, undefined],
  ['metadata', { model: 'big' }, undefined],
];

const limited: readonly (readonly [name: string, value: JsonValue, longest: number | undefined])[] = [
  ['fallbacks', [{ model: 'a', max_tokens: 9 }, 'b', { model: 'c', max_completion_tokens: 70 }], 70],
  [
    'fallbacks',
    [
      { model: 'a', max_tokens: '9' },
      { model: 'b', max_tokens: -1 },
    ],
    undefined,
  ],
  ['orq', { fallbacks: [{ model: 'a', params: { max_tokens: 9 } }] }, 9],
  ['providerOptions', { gateway: { models: ['a'] }, google: { maxOutputTokens: 9 } }, 9],
  ['extra_body', { max_tokens: 9 }, undefined],
  ['fallbacks', ['a'], undefined],
];

for (const [name, value, longest] of limited)
  test(`${name} ${JSON.stringify(value)} allows further models ${longest ?? 'no other'} tokens`, () => {
    assert.equal(furtherModelsIn(name, value).furtherAnswer, longest);
  });

for (const [name, value, models] of fields)
  test(`${name} ${JSON.stringify(value)} names ${JSON.stringify(models) ?? 'no further models'}`, () => {
    assert.deepEqual(furtherModelsIn(name, value).furtherModels, models);
  });
