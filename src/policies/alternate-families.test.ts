import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alternateFamilies } from './alternate-families.ts';

const bits = 2;
const families = ['claude', 'gpt', 'gemini', 'llama'];
const anyRow = fc.record({
  family: fc.constantFrom(...families),
  group: fc.integer({ min: 0, max: 15 }),
});

test('among equals the first of each family precedes the second of each, and nothing of earlier calls remains', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 200 }), (rows) => {
      const places = rows.map((_, at) => at).sort((a, b) => (rows[a]?.group ?? 0) - (rows[b]?.group ?? 0));
      const groups = Int32Array.from(rows, ({ group }) => group);
      const order = alternateFamilies(Int32Array.from(places), {
        count: rows.length,
        groups,
        families: Uint16Array.from(rows, ({ family }) => families.indexOf(family)),
        bits,
      });

      // By definition: the nth of its family among its equals comes before every n+1st.
      const met = new Map<string, number>();
      const turns = places.map((at) => {
        const { family = '', group = 0 } = rows[at] ?? {};
        const name = `${group >> bits} ${family}`;
        met.set(name, (met.get(name) ?? 0) + 1);
        return { at, equals: group >> bits, turn: met.get(name) ?? 0 };
      });
      // A pair of equals keeps its order, which is by price alone.
      const size = (equals: number) => turns.filter((one) => one.equals === equals).length;
      const expected = turns.toSorted(
        (a, b) => a.equals - b.equals || (size(a.equals) > 2 ? a.turn - b.turn : 0),
      );
      assert.deepEqual(
        [...order.subarray(0, rows.length)],
        expected.map(({ at }) => at),
      );
    }),
  );
});
