import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instructedTask, weighed } from './instructed-task.ts';

const sure = { task: 'debugging', confidence: 0.9 } as const;
const unsure = { task: undefined, confidence: 0.3 };

test('an instruction to work on material wins over what the material speaks of', () => {
  const translate = { task: 'translation', confidence: 0.8 } as const;
  for (const said of [sure, unsure]) assert.equal(weighed(said, translate).task, 'translation');
});

test('any other instruction counts where the words say nothing, and none makes a prompt dear', () => {
  const poet = { task: 'creative', confidence: 0.8 } as const;
  assert.equal(weighed(sure, poet).task, 'debugging');
  assert.equal(weighed(unsure, poet).task, 'creative');
  assert.equal(weighed(unsure, { task: 'security-review', confidence: 0.9 }).task, undefined);
  assert.equal(weighed(sure, unsure).task, 'debugging');
  assert.equal(weighed(sure, undefined).task, 'debugging');
});

test('a system prompt is looked at once, by its beginning and its end', () => {
  const looked: string[] = [];
  const of = instructedTask((text) => {
    looked.push(text);
    return sure;
  });
  const long = `Label it. ${'definition '.repeat(300)} Print the label.`;
  for (let at = 0; at < 3; at++) {
    of('Translate into French.');
    of(long);
  }
  assert.equal(looked.length, 2);
  assert.ok((looked[1]?.length ?? 0) < 800);
  assert.match(looked[1] ?? '', /^Label it[^]+Print the label\.$/);
});
