import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesPattern } from './matches-pattern.ts';

test('allows any number of stars, as the examples for keys and prices do', () => {
  assert.ok(matchesPattern('anthropic/claude-haiku-4-5', '*/*haiku*'));
  assert.ok(matchesPattern('openai/gpt-6-sol', '*/*'));
  assert.ok(matchesPattern('bedrock/global.anthropic.claude-haiku-4-5', 'bedrock/*claude*'));
  assert.ok(!matchesPattern('openai/gpt-6-sol', '*/*haiku*'));
  assert.ok(!matchesPattern('gpt-6-sol', '*/*'));
  assert.ok(!matchesPattern('ab', 'ab*b'), 'no letter is matched twice');
});

test('matches what the equivalent regular expression matches', () => {
  const text = (letters: string) => fc.array(fc.constantFrom(...letters), { maxLength: 8 });
  fc.assert(
    fc.property(text('ab/'), text('ab/*'), (id, pattern) => {
      const meant = new RegExp(
        `^${pattern.map((letter) => (letter === '*' ? '.*' : letter)).join('')}$`,
        'u',
      );
      assert.equal(matchesPattern(id.join(''), pattern.join('')), meant.test(id.join('')));
    }),
  );
});
