import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, nat, property, tuple, boolean } from 'fast-check';
import { LiveList } from './live-list.ts';

test('holds what was added and not yet removed, in any order of operations', () => {
  assertProperty(
    property(array(tuple(boolean(), nat(9)), { maxLength: 60 }), (steps) => {
      const members = Array.from({ length: 10 }, (_, id) => ({ id, slot: -1 }));
      const list = new LiveList<(typeof members)[number]>();
      const expected = new Set<number>();
      for (const [adds, id] of steps) {
        const member = members[id];
        assert.ok(member);
        if (adds && !expected.has(id)) list.add(member);
        if (!adds) list.remove(member);
        if (adds) expected.add(id);
        else expected.delete(id);
      }
      assert.deepEqual(new Set(list.all().map(({ id }) => id)), expected);
      assert.equal(list.size, expected.size);
    }),
    { numRuns: 300 },
  );
});
