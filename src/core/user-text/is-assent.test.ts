import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAssent } from './is-assent.ts';

test('recognises short confirmations, and nothing else', () => {
  for (const text of [
    'yes',
    'Yes, do it!',
    'ok',
    'go ahead',
    'continue',
    'Ja, mach das',
    'oui, vas-y',
    'sí',
    '继续',
    '好的。',
  ])
    assert.ok(isAssent(text), text);
  for (const text of [
    '',
    '👍',
    'no',
    'thanks',
    'yes, but rename it first',
    'fix it',
    '7',
    'hi',
    'do it in French',
  ])
    assert.ok(!isAssent(text), text);
});
