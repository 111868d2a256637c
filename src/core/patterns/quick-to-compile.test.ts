import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQuickToCompile } from './quick-to-compile.ts';
import { threadCpuMs } from './within-cpu.ts';

const raw = String.raw;

test('patterns as people write them are quick to compile', () => {
  for (const pattern of [
    raw`^\d{4}-\d{2}$`,
    raw`^[\w.+-]+@[\w-]+\.[\w.]+$`,
    '^(yes|no)$',
    raw`\[x\]+`,
    raw`\bfoo\b`,
    '[(]+[)*]',
    raw`^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$`,
    '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    '^[^,]+, .*$',
    'Straße',
  ]) {
    assert.equal(isQuickToCompile(pattern), true, pattern);
  }
});

test('what V8 expands may take long, wherever brackets and escapes seem to hide it', () => {
  const repeated = raw`(?:\b)+`.repeat(22);
  for (const pattern of [
    repeated,
    raw`\[|${repeated}[x]`,
    raw`[^]\[?${repeated}]?`,
    raw`\\[a]${repeated}`,
    raw`\[|(?:${raw`(()|\1)`.repeat(20)}){3,}]`,
    raw`[^\p{L}]{3}`.repeat(18),
    raw`\P{L}`.repeat(30),
    raw`\ba\bb\B`,
    '(?=a)b',
    '(?i:a)',
    `${'a?'.repeat(92)}[^a]{3}[^a]{3}`,
    `${'.?'.repeat(90)}${raw`\W{3}\W{3}`}`,
    `${'(|.)'.repeat(46)}${raw`\W{3}`}`,
    `${'$'.repeat(40)}[^a]`,
    'a|^b|c$|d',
    '😀?',
    '[a-\ud800]{3}'.repeat(15),
    raw`(?<n>a)\k<n>`,
    'a'.repeat(101),
  ]) {
    assert.equal(isQuickToCompile(pattern), false, pattern);
  }
});

test('of what is quick to compile, nothing takes long', () => {
  const wide = ['.', raw`\S`, '[^acegikmoqsuwy]', raw`[\s\S]`];
  const narrow = ['a', raw`\s`, '[acegikmoqsuwy]', 'é'];
  const repeated = (ones: readonly string[], times: readonly string[]) =>
    ones.flatMap((one) => times.map((time) => one + time));
  const pieces = [
    ...repeated([...wide, ...narrow], ['', '?', '*', '+?']),
    ...repeated(narrow, ['{3}', '{0,3}', '{5,9}']),
  ];
  const motifs = pieces.flatMap((piece) => ['', '|', raw`\b`, '(|)', 'a'].map((other) => piece + other));
  for (const motif of motifs) {
    for (const end of ['a', raw`\s`]) {
      const pattern = longestQuick(motif, end);
      for (const flags of ['mu', '']) {
        const before = threadCpuMs();
        new RegExp(pattern, flags).test('語');
        const took = threadCpuMs() - before;
        assert.ok(took < 100, `${took} ms: ${pattern}`);
      }
    }
  }
});

/** As often the motif, and then the end, as is quick to compile. */
function longestQuick(motif: string, end: string): string {
  let pattern = '';
  for (const next of [motif, end]) while (isQuickToCompile(pattern + next)) pattern += next;
  assert.ok(pattern.length > 80, motif);
  return pattern;
}
