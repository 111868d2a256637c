import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conflictFindings } from './own-findings.ts';

const [begin, middle, end] = ['<<<<<<< HEAD', '=======', '>>>>>>> topic'];

test('a merge conflict is reported from its first marker to the end that follows it', () => {
  const placesOf = (...lines: string[]) =>
    conflictFindings([], [{ path: 'a.ts', text: lines.join('\n') }]).map(({ startLine, endLine }) => [
      startLine,
      endLine,
    ]);
  assert.deepEqual(placesOf('a', begin, 'b', middle, 'c', end, 'd'), [[2, 6]]);
  assert.deepEqual(placesOf('<<<<<<<', '=======', '>>>>>>>'), [[1, 3]], 'also without names');
  assert.deepEqual(placesOf(end, begin, 'b', end), [[2, 4]], 'an end before it belongs to something else');
  for (const lines of [
    [end, 'a', begin],
    [begin, 'a', middle],
    [middle, end],
    [`// ${begin}`, `// ${end}`],
    [`<${begin}`, `>${end}`],
  ])
    assert.deepEqual(placesOf(...lines), [], lines.join('\n'));
});
