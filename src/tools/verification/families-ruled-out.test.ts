import assert from 'node:assert/strict';
import { test } from 'node:test';
import { familiesRuledOut, type Involved } from './families-ruled-out.ts';

const available = ['claude', 'gpt', 'gemini'];

test('of a panel, all families are ruled out while another is left; the least involved may check otherwise', () => {
  const warned = /may be of a family that took part in the answer \((.+)\)/;
  for (const [involved, families, kept] of [
    [{ writer: 'claude', members: ['claude'] }, ['claude'], undefined],
    [{ writer: 'claude', members: ['claude', 'gpt'] }, ['claude', 'gpt'], undefined],
    [{ writer: 'claude', members: ['gpt', 'gemini', 'gpt'] }, ['claude', 'gpt'], 'gemini'],
    [{ members: ['gemini', 'claude', 'claude', 'gpt', 'gpt'] }, ['claude', 'gpt'], 'gemini'],
    [{ members: ['gpt', 'gpt'] }, ['gpt'], undefined],
    [{ members: [] }, [], undefined],
  ] satisfies [Involved, string[], string | undefined][]) {
    const ruledOut = familiesRuledOut(involved, available);
    assert.deepEqual(ruledOut.families, families);
    assert.equal(warned.exec(ruledOut.warnings.join())?.[1], kept);
  }
});

test('one family never checks its own answer, even if no other is available', () => {
  for (const involved of [{ writer: 'gpt', members: ['gpt'] }, { members: ['gpt'] }])
    assert.deepEqual(familiesRuledOut(involved, ['gpt']).families, ['gpt']);
});
