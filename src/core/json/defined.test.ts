import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defined } from './defined.ts';

test('leaves out members that are undefined, and no others', () => {
  const members = { a: undefined, b: null, c: 0, d: '', e: false, f: { g: undefined } };
  assert.deepEqual(defined(members), { b: null, c: 0, d: '', e: false, f: { g: undefined } });
  assert.deepEqual(Object.keys(defined({ z: 1, a: undefined, b: 2 })), ['z', 'b'], 'in their order');
});

test('its type has such members as optional ones', () => {
  const name: string | undefined = ['x'].at(1);
  const found: { readonly id: number; readonly name?: string } = defined({ id: 1, name });
  // @ts-expect-error: it may be absent
  const text: string = defined({ id: 1, name }).name;
  assert.deepEqual([found, text], [{ id: 1 }, undefined]);
});
