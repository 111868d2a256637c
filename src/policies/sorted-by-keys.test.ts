import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { candidate } from '../../test/support/policy-candidates.ts';
import { inOrder, sortedPlaces, sortingRoom } from './sorted-by-keys.ts';

const anyRow = fc.record({
  id: fc.stringMatching(/^[a-z]{1,3}$/),
  group: fc.integer({ min: 0, max: 1023 }),
  value: fc.oneof(fc.constantFrom(0, -0, 1, 2, -3, Infinity), fc.integer({ min: -1e6, max: 1e6 })),
});

type Row = { readonly id: string; readonly group: number; readonly value: number };

const candidatesOf = (rows: readonly Row[]) => rows.map(({ id }) => candidate(`p/${id}`));

function placesInOrder(rows: readonly Row[], candidates = candidatesOf(rows), kind?: number): number[] {
  const { groups, values } = sortingRoom(rows.length);
  rows.forEach(({ group, value }, at) => {
    groups[at] = group;
    values[at] = value;
  });
  return inOrder(candidates, sortedPlaces(candidates, kind)).map((one) => candidates.indexOf(one));
}

/** The definition. */
function placesByComparator(rows: readonly Row[]): number[] {
  return rows
    .map((row, at) => ({ ...row, at }))
    .sort((a, b) => {
      if (a.group !== b.group) return a.group - b.group;
      if (a.value !== b.value) return a.value < b.value ? -1 : 1;
      return a.id < b.id ? -1 : a.id > b.id ? 1 : a.at - b.at;
    })
    .map(({ at }) => at);
}

test('sorts as a comparator by group, value and id would', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 60 }), (rows) => {
      assert.deepEqual(placesInOrder(rows), placesByComparator(rows));
    }),
  );
});

test('a list that is sorted again ends in the right order from any previous one', () => {
  const anyKeys = fc.array(anyRow, { minLength: 60, maxLength: 60 });
  const anyCount = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(
      anyCount,
      fc.boolean(),
      fc.array(anyKeys, { minLength: 2, maxLength: 6 }),
      (count, byId, turns) => {
        const ids = (turns[0] ?? []).slice(0, count).map(({ id }) => id);
        if (byId) ids.sort();
        const rowsOf = (keys: readonly Row[]) =>
          keys.slice(0, count).map((row, at) => ({ ...row, id: ids[at] ?? '' }));
        const candidates = candidatesOf(rowsOf(turns[0] ?? []));
        for (const keys of turns) {
          const rows = rowsOf(keys);
          assert.deepEqual(placesInOrder(rows, candidates), placesByComparator(rows));
          // The same keys in reverse: every candidate has far to move.
          const reversed = rows.map((row) => ({ ...row, group: 1_023 - row.group, value: -row.value }));
          assert.deepEqual(placesInOrder(reversed, candidates), placesByComparator(reversed));
        }
      },
    ),
  );
});

test('calls of each kind get their own order, whatever calls of other kinds come between', () => {
  const anyKeys = fc.array(anyRow, { minLength: 30, maxLength: 30 });
  const anyTurn = fc.record({ kind: fc.integer({ min: 0, max: 3 }), keys: anyKeys });
  fc.assert(
    fc.property(fc.array(anyTurn, { minLength: 2, maxLength: 12 }), (turns) => {
      const ids = (turns[0]?.keys ?? []).map(({ id }) => id);
      const candidates = ids.map((id) => candidate(`p/${id}`));
      for (const { kind, keys } of turns) {
        const rows = keys.map((row, at) => ({ ...row, id: ids[at] ?? '' }));
        assert.deepEqual(placesInOrder(rows, candidates, kind), placesByComparator(rows));
      }
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

test('among otherwise equal local models the larger goes first, then the newer', () => {
  const ids = ['p/qwen3:0.6b', 'p/qwen2:8b', 'p/qwen3:8b', 'p/llama3:70b'];
  const parameters = [6e8, 8e9, 8e9, 7e10];
  const candidates = ids.map((id, at) => candidate(id, { parameters: parameters[at] ?? 0 }));
  const { groups, values } = sortingRoom(ids.length);
  groups.fill(0);
  values.fill(0);
  assert.deepEqual(
    inOrder(candidates, sortedPlaces(candidates)).map(({ model }) => model.id),
    ['p/llama3:70b', 'p/qwen3:8b', 'p/qwen2:8b', 'p/qwen3:0.6b'],
  );
});
