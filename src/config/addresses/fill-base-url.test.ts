import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillBaseUrl } from './fill-base-url.ts';

test('fills an address from the variables that it names', () => {
  assert.deepEqual(fillBaseUrl('https://{HOST}/v1/{ACCOUNT}/x', { HOST: 'a.example', ACCOUNT: '7' }), {
    ok: true,
    url: 'https://a.example/v1/7/x',
  });
  assert.deepEqual(fillBaseUrl('https://api.example/v1', {}), { ok: true, url: 'https://api.example/v1' });
});

test('accepts a variable whose value is a whole URL', () => {
  assert.deepEqual(fillBaseUrl('https://{HOST}/v1', { HOST: 'https://a.example/' }), {
    ok: true,
    url: 'https://a.example/v1',
  });
});

test('names a variable without a value instead of filling in nothing', () => {
  assert.deepEqual(fillBaseUrl('https://{HOST}/{ACCOUNT}', { HOST: '' }), {
    ok: false,
    missing: ['HOST', 'ACCOUNT'],
  });
});
