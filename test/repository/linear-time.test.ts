import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainAnswer } from '../../src/acceptance/plain-answer.ts';
import { comparableKey, isSameKey } from '../../src/acceptance/same-key.ts';
import { typedIn } from '../../src/core/user-text/last-user-text.ts';
import { markedAnswer } from '../../src/learning/prompts/answer-key.ts';
import { pathsIn } from '../../src/files/mentioned-files.ts';
import { maskSecrets } from '../../src/telemetry/mask-secrets.ts';
import { parseFindings } from '../../src/tools/findings/parse-findings.ts';
import { findingsFromProse } from '../../src/tools/findings/findings-from-prose.ts';
import { readFinding } from '../../src/tools/findings/read-finding.ts';
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
  ['marked answer, stars', markedAnswer, (length) => `answer: x${repeated('*', length)}x`],
  ['marked answer, dots', markedAnswer, (length) => `answer: ${repeated('. ', length)}x`],
  ['marked answer, line breaks', markedAnswer, (length) => `answer:${repeated('\n', length)}`],
  ['marked answer, many on a line', markedAnswer, (length) => repeated('answer: ', length)],
  ['marked answer, many lines', markedAnswer, (length) => repeated('answer: x\n', length)],
  ['marked answer, JSON', markedAnswer, (length) => repeated('"answer":"\\', length)],
  ['marked answer, boxes', markedAnswer, (length) => repeated('\\boxed{', length)],
  ['marked answer, headings', markedAnswer, (length) => repeated('####\n', length)],
  ['short answer, dots', (text) => plainAnswer(text, ''), (length) => `a${repeated('.', length)}a`],
  ['key of an answer, zeros', comparableKey, (length) => `0.${repeated('0', length)}1`],
  ['key of an answer, blanks', comparableKey, (length) => `[${repeated(' ', length)}`],
  ['compared answers', (text) => isSameKey(text, `${text} b`), (length) => numbered('a', length)],
  ['paths in a prompt, dots', pathsIn, (length) => `${repeated('.', length)}a`],
  ['paths in a prompt, marks', pathsIn, (length) => `see a.ts ${repeated('!', length)}a`],
  ['paths in a prompt, fences', pathsIn, (length) => repeated('```\n``\n', length)],
  ['paths in a prompt, backticks', pathsIn, (length) => repeated('`', length)],
  ['paths in a prompt, lines', pathsIn, (length) => `\`a${repeated(':1', length)}x\``],
  ['findings in prose, stars', findingsFromProse, (length) => repeated('*', length)],
  ['findings in prose, one word', findingsFromProse, (length) => repeated('a', length)],
  ['findings in prose, dots', findingsFromProse, (length) => repeated('a.', length)],
  ['findings in prose, folders', findingsFromProse, (length) => repeated('a/', length)],
  [
    'findings in prose, a path after folders',
    findingsFromProse,
    (length) => `${repeated('a//', length)}b.ts`,
  ],
  ['findings in prose, blanks', findingsFromProse, (length) => `a.ts,${repeated(' ', length)}`],
  ['findings in prose, empty lines', findingsFromProse, (length) => `a${repeated('\n', length)}`],
  ['findings in prose, paragraphs', findingsFromProse, (length) => repeated('a\n\n', length)],
  ['findings in prose, a type', findingsFromProse, (length) => `a.ts:1 type:${repeated('\t', length)}!`],
  ['findings in prose, places', findingsFromProse, (length) => repeated('- a.ts:1 b\n', length)],
  ['review, brackets', reviewed, (length) => repeated('[', length)],
  ['review, braces', reviewed, (length) => repeated('{"a":', length)],
  ['review, fences', reviewed, (length) => repeated('```\n{', length)],
  ['file of a finding, blanks', withFile, (length) => `a${repeated(' ', length)}b`],
  ['file of a finding, lines', withFile, (length) => repeated('line 1 ', length)],
  ['file of a finding, numbers', withFile, (length) => `${repeated(':1', length)}x`],
];

function reviewed(text: string): unknown {
  return parseFindings(text, { reportedBy: 'a/model' });
}

function withFile(file: string): unknown {
  return readFinding({ title: 'a', file }, { reportedBy: 'a/model' });
}

for (const [name, work, textOf] of rows) {
  test(`the time to read a text grows no faster than the text: ${name}`, () => {
    const { length, factor } = growthOf(work, textOf);
    assert.ok(factor < maxFactor, `4 times ${length} characters take ${factor.toFixed(1)} times as long`);
  });
}

function repeated(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

/** Different words. */
function numbered(word: string, length: number): string {
  const count = Math.ceil(length / (word.length + 6));
  return Array.from(
    { length: count },
    (_, at) => `${word}${String.fromCharCode(0x4e00 + (at % 20_000))}${Math.floor(at / 20_000)}`,
  ).join(' ');
}

function nested(opening: string, inside: string, closing: string, length: number): string {
  const half = Math.ceil(length / (opening.length + closing.length));
  return `${opening.repeat(half)}${inside}${closing.repeat(half)}`;
}
