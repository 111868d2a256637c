import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asRequested, instructedTask, decidedTask } from './instructed-task.ts';

const sure = { task: 'debugging', confidence: 0.9, dear: 0.9 } as const;
const unsure = { task: undefined, confidence: 0.3, dear: 0.1 };

test('an instruction to work on material overrides the topic of the material', () => {
  const translate = { task: 'translation', confidence: 0.8, dear: 0 } as const;
  for (const said of [sure, unsure]) assert.equal(decidedTask(said, translate).task, 'translation');
});

test('any other instruction counts only if the prompt itself is unclear, and none makes a prompt high-stakes work', () => {
  const poet = { task: 'creative', confidence: 0.8, dear: 0 } as const;
  assert.equal(decidedTask(sure, poet).task, 'debugging');
  assert.equal(decidedTask(unsure, poet).task, 'creative');
  assert.equal(decidedTask(unsure, { task: 'security-review', confidence: 0.9, dear: 0.9 }).task, undefined);
  assert.equal(decidedTask(sure, unsure).task, 'debugging');
  assert.equal(decidedTask(sure, undefined).task, 'debugging');
});

test('a system prompt is classified once, by its beginning and its end', () => {
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

const light = { task: 'formatting', confidence: 0.6, dear: 0 } as const;
const vague = { task: undefined, confidence: 0.3, dear: 0.05 };
const likely = { task: 'debugging', confidence: 0.7, dear: 0.7 } as const;

test('a request that is clearly light work on its text overrides the topic of the text', () => {
  assert.equal(asRequested(sure, [light], 0.5), light);
  assert.equal(
    asRequested(likely, [vague, light], 0.5),
    light,
    'the more certain end of the text is the request',
  );
  const reply = { task: 'creative', confidence: 0.6, dear: 0 } as const;
  assert.equal(asRequested(sure, [reply], 0.5), reply);
});

test('a prompt is high-stakes work only if the text and its request together suggest it', () => {
  assert.equal(asRequested(likely, [vague], 0.5).task, undefined, 'the text alone does not suffice');
  assert.equal(
    asRequested({ ...light, dear: 0.05 }, [likely], 0.5).task,
    'formatting',
    'nor does a single word',
  );
  const wondering = { task: 'chat', confidence: 0.6, dear: 0.3 } as const;
  assert.equal(asRequested(sure, [wondering], 0.5).task, 'debugging');
  assert.equal(asRequested({ ...light, dear: 0.3 }, [sure], 0.5).task, 'debugging');
  assert.equal(asRequested(sure, [], 0.5), sure);
});
