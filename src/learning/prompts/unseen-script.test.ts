import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInUnseenScript } from './unseen-script.ts';

test('a text is in an unseen script if most of its letters are', () => {
  for (const text of [
    'שלום עולם',
    'اكتب دالة Python',
    'Γράψε μια συνάρτηση',
    '안녕하세요',
    'สวัสดีชาวโลก',
    'नमस्ते दुनिया',
  ])
    assert.ok(isInUnseenScript(text), text);
});

test('scripts of the training, and single letters in formulas, are not', () => {
  for (const text of [
    'Hello',
    'Übung',
    'Привет, мир',
    '你好',
    'こんにちは',
    'Let α be less than β',
    '1 + 1',
    'Fix the bug: "Ωμέγα λάθος αριθμός"',
    '',
  ])
    assert.ok(!isInUnseenScript(text), text);
});
