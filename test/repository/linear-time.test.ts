import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typedIn } from '../../src/core/user-text/last-user-text.ts';
import { maskSecrets } from '../../src/telemetry/mask-secrets.ts';
import { growthOf, maxFactor } from '../support/growth.ts';

/** A function that reads text of a client or a model, and the text that is worst for it. */
type Row = readonly [name: string, work: (text: string) => unknown, textOf: (length: number) => string];

const rows: readonly Row[] = [
  [
    'typed text, the first wrapper never closed',
    typedIn,
    (length) => `<system-reminder>x${repeated('<ide_selection></ide_selection>', length)}`,
  ],
  [
    'typed text, wrappers first',
    typedIn,
    (length) => `${repeated('<ide_selection></ide_selection>', length)}x`,
  ],
  ['typed text, nested wrappers', typedIn, (length) => nested('<task>', 'x', '</task>', length)],
  ['typed text, nested alone', typedIn, (length) => nested('<user_query>', 'x', '</user_query>', length)],
  ['masked log line, URLs', maskSecrets, (length) => repeated('://:', length)],
  ['masked log line, a header', maskSecrets, (length) => `bearer${repeated(' ', length)}`],
  ['masked log line, a member', maskSecrets, (length) => `password"${repeated(' ', length)}`],
  ['masked log line, keys', maskSecrets, (length) => repeated('sk-', length)],
];

for (const [name, work, textOf] of rows) {
  test(`the time to read a text grows no faster than the text: ${name}`, () => {
    const { length, factor } = growthOf(work, textOf);
    assert.ok(factor < maxFactor, `4 times ${length} characters take ${factor.toFixed(1)} times as long`);
  });
}

function repeated(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

function nested(opening: string, inside: string, closing: string, length: number): string {
  const half = Math.ceil(length / (opening.length + closing.length));
  return `${opening.repeat(half)}${inside}${closing.repeat(half)}`;
}
