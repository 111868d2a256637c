import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { freeformInput, freeformReader } from './freeform-input.ts';

/** Returns the text that a client receives for arguments that arrive in these pieces. */
function heard(pieces: readonly string[]): string[] {
  const reader = freeformReader();
  return pieces.map((piece) => reader.push(piece));
}

test('a text is read as it was written, wherever its JSON is cut', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.array(fc.nat(200), { maxLength: 8 }),
      (text, ascii, cuts) => {
        const plain = JSON.stringify({ input: text });
        const json = ascii ? plain.replaceAll(/[\u0080-\uffff]/g, (unit) => escapeOf(unit)) : plain;
        const edges = [0, ...cuts.map((cut) => Math.min(cut, json.length)), json.length].toSorted(
          (a, b) => a - b,
        );
        const pieces = edges.slice(1).map((edge, at) => json.slice(edges[at], edge));
        const said = heard(pieces);
        assert.equal(said.join(''), text);
        assert.ok(said.every((piece) => piece.isWellFormed()));
        assert.equal(freeformInput(json), text);
      },
    ),
  );
});

test('a patch is streamed as the model writes it', () => {
  assert.deepEqual(heard(['{"in', 'put": "*** Begin', ' Patch\\', 'n+ a \\u00', 'e9"', '}']), [
    '',
    '*** Begin',
    ' Patch',
    '\n+ a ',
    'é',
    '',
  ]);
});

test('arguments of any other shape are taken as the text, and an invalid escape stays as it is', () => {
  const cases: readonly [args: string, text: string][] = [
    ['*** Begin Patch', '*** Begin Patch'],
    ['"*** Begin Patch"', '*** Begin Patch'],
    ['{"patch":"*** Begin Patch"}', '*** Begin Patch'],
    ['{"input":"a\nb\\tc"}', 'a\nb\tc'],
    ['{"input":"cut of', 'cut of'],
    ['{"input":7}', '{"input":7}'],
    ['', ''],
    ['{}', ''],
  ];
  for (const [args, text] of cases) assert.equal(freeformInput(args), text, args);
  assert.equal(heard(['{"input":"a\\q', ' b"}']).join(''), 'a\\q b');
});

function escapeOf(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

test('arguments with another beginning are read at their end, and not again for every piece', () => {
  const pieces = ['{"a":"', ...Array<string>(60_000).fill('abcdefghijklmnopqrst'), '"}'];
  const before = process.cpuUsage();
  assert.equal(heard(pieces).join(''), '');
  const { user, system } = process.cpuUsage(before);
  // Reading everything again for each piece takes a minute.
  assert.ok(user + system < 5_000_000, `${user + system} µs`);
  assert.equal(freeformInput(pieces.join('')).length, 1_200_000);
});
