import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitWords } from './split-words.ts';

test('splits a command like a shell', () => {
  for (const [command, words] of [
    ['grep -q Rain', ['grep', '-q', 'Rain']],
    ['  npx   tsc --noEmit ', ['npx', 'tsc', '--noEmit']],
    ["sh -c 'jq -e .a | grep 1'", ['sh', '-c', 'jq -e .a | grep 1']],
    ['grep "two words"', ['grep', 'two words']],
    ['grep "say \\"hi\\""', ['grep', 'say "hi"']],
    ['"/opt/my tools/check" --as=\'a b\'c', ['/opt/my tools/check', '--as=a bc']],
    ['grep two\\ words', ['grep', 'two words']],
    ["grep ''", ['grep', '']],
    ['', []],
  ] as const)
    assert.deepEqual(splitWords(command, '--check-command'), words, command);
});

test('an unclosed quote is an error that names the option', () => {
  for (const command of ['grep "Rain', "grep 'Rain"])
    assert.throws(() => splitWords(command, '--check-command'), /--check-command: a quote is not closed/u);
});
