import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

// Every item of a spread argument is put on the stack, so a call with some 120,000 of them throws a RangeError. Lists of a
// request, a reply, a file or a store can be as long as their sender likes.

/** Functions that take any number of arguments, and so invite a list, and what to write instead. */
const variadic: Readonly<Record<string, string>> = {
  '.push': 'appendAll of core/lists/append-all.ts',
  '.unshift': 'a new list: [...items, ...list]',
  '.splice': 'slices of the list',
  'Math.min': 'minOf of core/lists/extremes.ts',
  'Math.max': 'maxOf of core/lists/extremes.ts',
  'Math.hypot': 'the root of a sum of squares',
  'String.fromCharCode': 'one call per character',
  'String.fromCodePoint': 'one call per character',
};

const src = join(import.meta.dirname, '../../src');

test('no list is spread into the arguments of a function that takes any number of them', () => {
  const offences = sourceFiles().flatMap((file) =>
    spreadCalls(readFileSync(join(src, file), 'utf8')).map(
      (name) => `${file}: ${name}; use ${variadic[name]}`,
    ),
  );
  assert.deepEqual(offences, []);
});

test('a spread argument is found wherever it stands among the arguments, and a spread within them is none', () => {
  assert.deepEqual(spreadCalls('list.push(...items);'), ['.push']);
  assert.deepEqual(spreadCalls('list.push(\n  first(a, "("),\n  ...items,\n);'), ['.push']);
  assert.deepEqual(spreadCalls('Math.max(1, ...sizes.map((size) => size + 1))'), ['Math.max']);
  assert.deepEqual(spreadCalls('list.push({ ...item, parts: [...parts] }, call(...fixed)); f(...rest)'), []);
});

function sourceFiles(): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
}

const call = /(\.push|\.unshift|\.splice|Math\.(?:min|max|hypot)|String\.from(?:CharCode|CodePoint))\(/g;

/** Names the variadic functions that a list is spread into. */
function spreadCalls(text: string): string[] {
  return [...text.matchAll(call)].flatMap((found) =>
    hasSpread(text, found.index + found[0].length) ? [found[1] ?? ''] : [],
  );
}

/** Whether one of the arguments that begin here is spread, itself and not within another bracket. */
function hasSpread(text: string, from: number): boolean {
  const tokens = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/.*|[([{]|[)\]}]|\.\.\./g;
  tokens.lastIndex = from;
  let depth = 0;
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    if (token[0] === '...' && depth === 0) return true;
    if ('([{'.includes(token[0])) depth += 1;
    if (')]}'.includes(token[0])) depth -= 1;
    if (depth < 0) return false;
  }
  return false;
}
