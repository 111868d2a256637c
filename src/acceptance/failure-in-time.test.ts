import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { watchLongestWork } from '../../test/support/longest-work.ts';
import { failureInTime } from './failure-in-time.ts';
import type { TextRule } from './text-failure.ts';

const slow = { text: `${'a'.repeat(17)}b`, pattern: '^(a+)+$' };
const noMatch = { at: 0, says: 'no match' };

test('a slow pattern is also matched whatever options the program was started with', () => {
  const script = `
    const { failureInTime } = await import(${JSON.stringify(import.meta.resolve('./failure-in-time.ts'))});
    console.log(JSON.stringify(await failureInTime([${JSON.stringify(slow)}], { keyId: 'k' })));`;
  const type = '--input-type=module';
  const run = (args: readonly string[], NODE_OPTIONS: string): unknown =>
    JSON.parse(
      execFileSync(process.execPath, [...args, '-e', script], {
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS },
      }),
    );
  assert.deepEqual(run([type], ''), noMatch);
  assert.deepEqual(run([], type), noMatch);
});

test('a pattern that takes long to compile, or ends what compiles it, fails no other check and stops nothing', async () => {
  const nested = (depth: number) => `${'('.repeat(depth)}a${')*'.repeat(depth)}`;
  const ends = String.raw`(?:\b)+`.repeat(28);
  const ways = `${'a?'.repeat(92)}[^a]{3}[^a]{3}`;
  const lineEnds = `${'$'.repeat(40)}[\ud800-\udfff]{4}`;
  const references = `(?:${String.raw`(()|\1)`.repeat(140)}){3,}`;
  const hostile: TextRule[] = [
    { text: 'a b', pattern: nested(333) },
    { text: 'a b', pattern: ends },
    { text: 'a b', pattern: ways },
    { text: 'a b', pattern: lineEnds },
    { text: '"a b"', schema: { type: 'string', pattern: nested(2_000) } },
    {
      text: '"a b"',
      schema: { type: 'array', items: [{ anyOf: [{ type: 'string', pattern: references }] }] },
    },
    { text: '{"a":"b"}', schema: { type: 'object', patternProperties: { [ends]: {} } } },
    { text: '"a b"', schema: { type: 'string', pattern: `(?:${'(a)'.repeat(24_000)})*` } },
  ];
  for (const rule of hostile) {
    const name = JSON.stringify(rule).slice(0, 80);
    const longestWork = watchLongestWork();
    const [, found] = await Promise.all([
      failureInTime([rule], { keyId: 'hostile' }),
      failureInTime([slow], { keyId: 'other' }),
    ]);
    const workMs = longestWork();
    assert.deepEqual(found, noMatch, name);
    assert.ok(workMs < 2_000, `blocked for ${workMs} ms by ${name}`);
  }
});

test('what only a schema of the usual kind asks is found at once', async () => {
  const schema = {
    type: 'object',
    properties: { day: { type: 'string', pattern: String.raw`^\d{4}-\d{2}$` } },
  };
  assert.deepEqual(await failureInTime([{ text: '{"day":"x"}', schema }], { keyId: 'k' }), {
    at: 0,
    says: 'day: Invalid string: must match pattern /^\\d{4}-\\d{2}$/',
  });
});

test('a slow check whose caller no longer waits gives its turn to the next', async () => {
  const endless = { text: `${'a'.repeat(60)}b`, pattern: '^(a+)+$' };
  const leaving = new AbortController();
  const ended: string[] = [];
  const check = async (keyId: string, name: string, signal?: AbortSignal) => {
    const found = await failureInTime([endless], { keyId, ...(signal && { signal }) });
    assert.equal(found, 'unknown');
    ended.push(name);
  };
  const checks = [
    check('one', 'busy'),
    ...Array.from({ length: 5 }, () => check('one', 'left', leaving.signal)),
    check('one', 'stays'),
    check('other', 'first'),
    check('other', 'second'),
  ];
  leaving.abort();
  await Promise.all([...checks, check('one', 'late', leaving.signal)]);
  assert.deepEqual(
    ended.filter((name) => name !== 'left' && name !== 'late'),
    ['busy', 'stays', 'first', 'second'],
  );
  assert.ok(ended.indexOf('late') < ended.indexOf('first'));
});
