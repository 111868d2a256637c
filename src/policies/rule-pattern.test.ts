import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubtOfPattern, faultOfPattern, matchesPrompt } from './rule-pattern.ts';

test('a pattern that would backtrack endlessly on a prompt is stopped early and says neither yes nor no', () => {
  const pattern = String.raw`(\w+\s?)+$`;
  assert.equal(matchesPrompt(pattern, `${'a'.repeat(60)}!`), undefined);
  assert.equal(matchesPrompt(pattern, 'Read this'), true);
});

test('many alternations in sequence do not delay a decision either', () => {
  assert.equal(matchesPrompt(`${'(a|a)'.repeat(60)}$`, `${'a'.repeat(80)}!`), undefined);
});

test('accepts ordinary patterns and rejects those with catastrophic backtracking', () => {
  for (const pattern of [
    String.raw`\bNDA\b`,
    '(?:review|audit).*(?:pull request|diff)',
    String.raw`^\s*(?:please )?(?:translate|übersetze)\b`,
    String.raw`\d{4}-\d{2}-\d{2}`,
    '[*+?]+',
  ]) {
    assert.equal(faultOfPattern(pattern), undefined, pattern);
  }
  for (const pattern of [
    '(a+)+$',
    '(a|a)*b',
    String.raw`(\w+\s?)+$`,
    '(x+x+)+y',
    '(ab|a|b)*c',
    '(ab|ba|a|b)+$',
    '(?:nda|n|d|a)*x',
    String.raw`(?:\w\s?|\w\s)+x`,
    '^(([a-z])+.)+[A-Z]([a-z])+$',
  ]) {
    assert.match(faultOfPattern(pattern) ?? '', /takes too long/u, pattern);
  }
});

test('rejects a pattern in the notation of another language, which would match nothing', () => {
  for (const inner of [
    String.raw`\bnda\b`,
    'nda|contract',
    'n.*a',
    '^nda',
    String.raw`and\/or$`,
    '[/]n[^d]a',
  ])
    for (const flags of ['i', 'gi', 'dgimsy'])
      assert.ok(
        faultOfPattern(`/${inner}/${flags}`)?.includes(`write "${inner}" (case is ignored)`),
        `/${inner}/${flags}`,
      );
  assert.match(faultOfPattern('(?i)nda') ?? '', /leave out \(\?i\), case is ignored/u);
});

test('accepts every path, with a doubt if its slashes may be meant to delimit a pattern', () => {
  const doubtful = ['/nda/i', '/nda/', '/etc/dms', '/api/v1/', '/src/engine/', '/my docs (2)/gi', '/a.b/y'];
  for (const path of doubtful) {
    assert.equal(faultOfPattern(path), undefined, path);
    assert.match(doubtOfPattern(path) ?? '', /matches its slashes as text; if .* \(case is ignored\)/u, path);
  }
  for (const path of ['[/]nda/', 'and/or', '/etc/hosts', '/usr/sys', '/a/uv', '/', '//', '/tmp'])
    assert.deepEqual([faultOfPattern(path), doubtOfPattern(path)], [undefined, undefined], path);
  for (const pattern of [String.raw`/api/v\d+/`, String.raw`/users/(\d+)/i`, String.raw`/\w+/sys`])
    assert.equal(faultOfPattern(pattern), undefined, pattern);
});

test('matches a pattern against the first 4,096 characters only', () => {
  assert.equal(matchesPrompt('needle', `${' '.repeat(4_090)}needle`), true);
  assert.equal(matchesPrompt('needle', `${' '.repeat(4_096)}needle`), false);
});

test('a pattern that has run out of time once gets far less of it, and still decides ordinary prompts', () => {
  const pattern = String.raw`(?:\w+\s?)+#`;
  assert.equal(matchesPrompt(pattern, 'a'.repeat(61)), undefined);
  const before = process.threadCpuUsage();
  for (let length = 62; length < 72; length += 1) {
    assert.equal(matchesPrompt(pattern, 'a'.repeat(length)), undefined);
  }
  const { user, system } = process.threadCpuUsage(before);
  const tookMs = (user + system) / 1_000;
  assert.ok(tookMs < 900, `ten prompts took ${tookMs} ms`);
  assert.equal(matchesPrompt(pattern, 'Read this #'), true);
});

test('words and their boundaries are those of every script', () => {
  for (const [pattern, prompt, found] of [
    [String.raw`\bÜbersetz`, 'Übersetze: it is cold', true],
    [String.raw`\bdogovor\b|\bдоговор\b`, 'Прочитай договор, пожалуйста', true],
    [String.raw`\bécris\b`, 'J’écris', true],
    [String.raw`\becris\b`, 'décris', false],
    [String.raw`\bNDA\b`, 'über die NDA', true],
    [String.raw`\bNDA\b`, 'über die ÄNDA', false],
    [String.raw`^\w+:`, 'Übersetzung: kalt', true],
    [String.raw`^[\w-]+$`, 'über-all', true],
    [String.raw`a\Wb`, 'aüb', false],
    [String.raw`\\b`, 'ein \\b für dich', true],
  ] as const) {
    assert.equal(matchesPrompt(pattern, prompt), found, `${pattern} in ${prompt}`);
  }
});
