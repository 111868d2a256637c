import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { annotatedPlace, placesIn } from './text-place.ts';

test('byte positions in any text lead to the same words, with and without the words themselves', () => {
  const anyText = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(anyText, anyText, anyText, (before, words, behind) => {
      const said = before + words + behind;
      const from = Buffer.byteLength(before);
      const to = from + Buffer.byteLength(words);
      if (words === '' || !words.isWellFormed()) return;
      for (const told of [words, undefined]) {
        const place = placesIn(said)({ from, to, words: told });
        assert.equal(place && said.slice(place.start, place.end), words);
      }
    }),
  );
});

test('if byte positions do not match the text, the words are used if they occur once', () => {
  const find = (said: string, words: string | undefined) => placesIn(said)({ from: 40, to: 44, words });
  assert.deepEqual(find('Zwölf Äpfel', 'Äpfel'), { start: 6, end: 11 });
  assert.equal(find('Äpfel und Äpfel', 'Äpfel'), undefined);
  assert.equal(find('Zwölf', undefined), undefined);
});

test('an empty annotation, as some providers send, is ignored', () => {
  assert.equal(annotatedPlace({ start_index: 0, end_index: 0 }), undefined);
  assert.deepEqual(annotatedPlace({ start_index: 2, end_index: 5 }), { start: 2, end: 5 });
});
