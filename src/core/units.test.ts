import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { dollarText, nanoFromUsd, nanoToJson, sumToJson, usdFromNano, usdText } from './units.ts';

test('writes nano-dollars as dollars without losing a digit', () => {
  assert.equal(usdText(undefined), 'unknown');
  assert.equal(usdText(0n), '0');
  assert.equal(usdText(1n), '0.000000001');
  assert.equal(usdText(1_500_000_000n), '1.5');
  assert.equal(usdText(-20_000_000n), '-0.02');
  assert.equal(dollarText(-20_000_000n), '-$0.02');
  assert.equal(dollarText(1_500_000_000.4), '$1.5');
  assert.equal(usdFromNano(100_037_000n), 0.100037);
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (amount) => {
      const [whole = '', fraction = ''] = usdText(amount).split('.');
      assert.equal(BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0')), amount);
    }),
  );
});

test('a call whose money JSON cannot carry exactly is an error, not a rounded number', () => {
  assert.equal(nanoToJson(BigInt(Number.MAX_SAFE_INTEGER)), Number.MAX_SAFE_INTEGER);
  assert.throws(() => nanoToJson(BigInt(Number.MAX_SAFE_INTEGER) + 1n), RangeError);
  assert.equal(sumToJson(9_999_500_000_000_000_001n), 9_999_500_000_000_000_000, 'a sum is rounded');
  assert.equal(nanoFromUsd(0.1 + 0.2), 300_000_000n);
});
