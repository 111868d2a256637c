import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../engine/ask.ts';
import { runProgress } from './run-progress.ts';
import type { ToolQuestion } from './tool.ts';

const question = (model: string) =>
  ({ request: { model, messages: [], stream: false }, tags: [], limits: {} }) as unknown as ToolQuestion;
const answer = (cost?: bigint) => ({ receipt: cost === undefined ? {} : { cost } }) as unknown as Answer;

test('each step reports what runs, which models are pending, how many answered and what was spent', async () => {
  const lines: string[] = [];
  const { progress, follow } = runProgress((line) => lines.push(line));
  progress('three reviewers at work');
  const [first, second, third] = [0, 1, 2].map(() => Promise.withResolvers<Answer>());
  const calls = [first, second, third].map((call, index) =>
    follow(question(`lab/${index + 1}`), () => call?.promise ?? Promise.reject()),
  );
  second?.resolve(answer(2_500_000n));
  await calls[1];
  first?.reject(new Error('down'));
  await assert.rejects(calls[0] ?? Promise.resolve());
  third?.resolve(answer());
  await calls[2];
  const at = (start: string) => `three reviewers at work · ${start}`;
  assert.deepEqual(lines, [
    'three reviewers at work',
    at('waiting for lab/1 · 0 of 1 answered · $0 so far'),
    at('waiting for lab/1, lab/2 · 0 of 2 answered · $0 so far'),
    at('waiting for lab/1, lab/2, lab/3 · 0 of 3 answered · $0 so far'),
    at('waiting for lab/1, lab/3 · 1 of 3 answered · $0.0025 so far'),
    at('waiting for lab/3 · 1 of 3 answered, 1 failed · $0.0025 so far'),
    at('2 of 3 answered, 1 failed · $0.0025 and unknown prices so far'),
  ]);
});
