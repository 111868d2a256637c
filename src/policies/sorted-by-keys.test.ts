import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { candidate } from '../../test/policy-candidates.ts';
import { inOrder, sortedPlaces, sortingRoom } from './sorted-by-keys.ts';

const anyRow = fc.record({
  id: fc.stringMatching(/^[a-z]{1,3}$/),
  group: fc.integer({ min: 0, max: 1023 }),
  value: fc.oneof(fc.constantFrom(0, -0, 1, 2, -3, Infinity), fc.integer({ min: -1e6, max: 1e6 })),
});

type Row = { readonly id: string; readonly group: number; readonly value: number };

function placesInOrder(rows: readonly Row[]): number[] {
  const candidates = rows.map(({ id }) => candidate(`p/${id}`));
  const { groups, values } = sortingRoom(rows.length);
  rows.forEach(({ group, value }, at) => {
    groups[at] = group;
    values[at] = value;
  });
  return inOrder(candidates, sortedPlaces(candidates)).map((one) => candidates.indexOf(one));
}

test('orders as a comparator by group, value and id would', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 60 }), (rows) => {
      const byHand = rows
        .map((row, at) => ({ ...row, at }))
        .sort((a, b) => {
          if (a.group !== b.group) return a.group - b.group;
          if (a.value !== b.value) return a.value < b.value ? -1 : 1;
          return a.id < b.id ? -1 : a.id > b.id ? 1 : a.at - b.at;
        });
      assert.deepEqual(
        placesInOrder(rows),
        byHand.map(({ at }) => at),
      );
    }),
  );
});

test('thousands of candidates keep their order too', () => {
  const rows = Array.from({ length: 5_000 }, (_, at) => ({
    id: `${at}`,
    group: at % 7,
    value: (at * 7_919) % 5_000,
  }));
  const places = placesInOrder(rows);
  assert.equal(new Set(places).size, 5_000);
  for (let at = 1; at < places.length; at++) {
    const [a, b] = [rows[places[at - 1] ?? 0], rows[places[at] ?? 0]];
    assert.ok(a && b && (a.group < b.group || (a.group === b.group && a.value <= b.value)));
  }
});
