import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { showsCode } from './shows-code.ts';

test('recognises code by fences, arrows, and the beginnings and ends of lines', () => {
  for (const code of [
    'see ```x```',
    'list.map(x => x)',
    'if (a) {',
    'a = b;  \nc',
    'def login(user):\n    pass',
    'while (true):\nrun',
    'run(1, 2)',
    'import os',
    'prose\r\n  SELECT name',
    'from os import path',
  ])
    assert.equal(showsCode(code), true, code);
  for (const prose of [
    '',
    'The worker hangs; its lock is never released.',
    'It hangs (sometimes)',
    'important, classy and functional',
    'It begins at line 2 (of 3): there it hangs',
    'from here on it is imported',
  ])
    assert.equal(showsCode(prose), false, prose);
});

test('the line-by-line scan finds the same as a single expression', () => {
  const said =
    /```|[{};][ \t]{0,8}(?:\n|$)|\):[ \t]{0,8}\n|=>|\w\([^()\n]{0,80}\)[ \t]{0,8}(?:\n|$)|^[ \t]{0,80}(?:import|from \S+ import|def|class|const|function|select)\b/im;
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...'\n\r\u2028\u2029 \t(){};:=>`a_Z9é漢ſ') },
    fc.constantFrom(
      'import',
      'From x import',
      'from a b',
      'def',
      'CLASS',
      'const',
      'function',
      'select',
      'ſelect',
    ),
    fc.constantFrom(
      ' '.repeat(8),
      ' '.repeat(9),
      '\t'.repeat(80),
      ' '.repeat(81),
      'x'.repeat(79),
      'x'.repeat(81),
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join('');
      assert.equal(showsCode(text), said.test(text));
    }),
    { numRuns: 20_000 },
  );
});
