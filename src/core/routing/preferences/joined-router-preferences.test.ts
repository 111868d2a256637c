import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../json/json.ts';
import { joinedRouterPreferences } from './joined-router-preferences.ts';

const azure = { order: ['azure'], allow_fallbacks: false };

const joined: readonly (readonly [
  what: string,
  operators: JsonObject,
  callers: JsonObject,
  both: JsonObject,
])[] = [
  ['an order without fallbacks, beside an open one', { order: ['deepinfra'] }, azure, azure],
  ['an order without fallbacks, beside leave to fall back', { allow_fallbacks: true }, azure, azure],
  [
    'an order without fallbacks, of the operator',
    azure,
    { order: ['deepinfra'], allow_fallbacks: true },
    azure,
  ],
  [
    'what two orders without fallbacks share',
    { order: ['novita', 'azure'], allow_fallbacks: false },
    { order: ['azure', 'deepinfra'], allow_fallbacks: false },
    azure,
  ],
  ['an open order of the operator', { order: ['deepinfra'] }, { order: ['azure'] }, { order: ['deepinfra'] }],
  ['the caller’s list, beside an empty one', { only: [] }, { only: ['azure'] }, { only: ['azure'] }],
  ['the one name', { only: 'azure' }, { only: ['azure', 'novita'] }, { only: ['azure'] }],
  [
    'the lower of each price',
    { max_price: { prompt: 50, request: '0.1' } },
    { max_price: { prompt: '1', completion: 2, request: 1 } },
    { max_price: { prompt: '1', completion: 2, request: '0.1' } },
  ],
  [
    'the operator’s price',
    { max_price: { prompt: 1 } },
    { max_price: { prompt: 50 } },
    { max_price: { prompt: 1 } },
  ],
  [
    'the quantizations that both allow',
    { quantizations: ['fp8', 'bf16'] },
    { quantizations: ['bf16', 'fp16'] },
    { quantizations: ['bf16'] },
  ],
  [
    'the caller’s quantizations, beside an empty list',
    { quantizations: [] },
    { quantizations: ['bf16'] },
    { quantizations: ['bf16'] },
  ],
  [
    'the operator’s quantizations, beside an empty list',
    { quantizations: ['fp8'] },
    { quantizations: [] },
    { quantizations: ['fp8'] },
  ],
  [
    'the caller’s price, beside none',
    { max_price: null },
    { max_price: { prompt: 1 } },
    { max_price: { prompt: 1 } },
  ],
  [
    'a requirement of the caller',
    { require_parameters: false, zdr: false },
    { require_parameters: true, zdr: true },
    { require_parameters: true, zdr: true },
  ],
];

for (const [what, operators, callers, both] of joined)
  test(`of the operator’s and the caller’s preferences counts ${what}`, () => {
    assert.deepEqual(joinedRouterPreferences(operators, callers), both);
  });

test('where the operator and the caller allow no provider in common, none is asked', () => {
  const other = { order: ['deepinfra'], allow_fallbacks: false };
  assert.throws(
    () => joinedRouterPreferences(azure, other),
    /provider\.order names nothing that the operator allows/,
  );
  assert.throws(
    () => joinedRouterPreferences({ only: 'azure' }, { only: ['x'] }),
    /provider\.only names nothing that the operator allows/,
  );
  assert.throws(
    () => joinedRouterPreferences({ quantizations: ['fp8'] }, { quantizations: ['bf16'] }),
    /provider\.quantizations names nothing that the operator allows/,
  );
});
