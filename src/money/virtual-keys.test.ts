import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashKey, newVirtualKey } from './virtual-keys.ts';

test('a virtual key is ck- and 32 letters and digits, each of them possible', () => {
  const seen = new Set<string>();
  for (let at = 0; at < 500; at += 1) {
    const key = newVirtualKey();
    assert.match(key, /^ck-[0-9A-Za-z]{32}$/);
    for (const character of key.slice(3)) seen.add(character);
  }
  assert.equal(seen.size, 62);
  assert.notEqual(newVirtualKey(), newVirtualKey());
});

test('stores a key as its SHA-256 in hex', () => {
  assert.equal(hashKey('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
