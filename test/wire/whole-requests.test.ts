import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { judgeRequests } from '../../scripts/router/judge-requests.ts';
import { leastConfidences } from '../../scripts/router/least-confidences.ts';
import { wholeRequests } from '../../scripts/router/whole-requests.ts';
import { labelledExamples } from '../../scripts/router/task-examples.ts';
import { readPromptWeights } from '../../src/learning/prompts/task-classifier.ts';

const path = join(import.meta.dirname, '../../src/learning/weights/task.json');
const file: { task: { quality: { wholeRequests: object; everydayRequests: object } } } = JSON.parse(
  readFileSync(path, 'utf8'),
);

test('whole requests of agents, programs and people are placed as well as the weights say, and hardly any at the frontier for nothing', () => {
  const judged = judgeRequests(readPromptWeights(file), wholeRequests('whole-requests'));
  assert.deepEqual(judged, file.task.quality.wholeRequests);
  assert.ok(Number(judged['requests']) >= 80);
  assert.ok(Number(judged['rightTier']) >= 0.9, JSON.stringify(judged));
  assert.ok(Number(judged['wronglyFrontier']) <= 3, JSON.stringify(judged));
});

test('light work on a text, and small edits by agents, stay away from the frontier, and hard work told in prose gets there', () => {
  const judged = judgeRequests(readPromptWeights(file), wholeRequests('everyday-requests'));
  assert.deepEqual(judged, file.task.quality.everydayRequests);
  assert.ok(Number(judged['wronglyFrontier']) <= 5, JSON.stringify(judged));
  assert.ok(Number(judged['missedFrontier']) <= 8, JSON.stringify(judged));
});

test('no whole request is among the prompts that are fitted to or chosen by', () => {
  const fitted = new Set(
    (['train', 'dev'] as const)
      .flatMap(labelledExamples)
      .map(({ instruction, prompt }) => instruction ?? prompt),
  );
  for (const { name, request } of (['whole-requests', 'everyday-requests'] as const).flatMap(wholeRequests))
    for (const { content } of request.messages)
      for (const part of content) if (part.type === 'text') assert.ok(!fitted.has(part.text), name);
});

test('a task routed to the most expensive models requires higher certainty, the more so the more were sent there in vain', () => {
  const features = { version: 1, bytes: new Uint8Array() };
  const guess = (task: 'chat' | 'debugging', confidence: number) => ({
    task,
    confidence,
    difficulty: 0.5,
    features,
  });
  const right = Array.from(
    { length: 20 },
    () => ({ task: 'debugging', guess: guess('debugging', 0.9) }) as const,
  );
  const wrong = Array.from({ length: 3 }, () => ({ task: 'chat', guess: guess('debugging', 0.6) }) as const);
  const { leastConfidence, leastConfidenceOf } = leastConfidences([...right, ...wrong]);
  assert.ok((leastConfidenceOf.debugging ?? 0) > 0.6 && (leastConfidenceOf.debugging ?? 0) > leastConfidence);
  assert.equal(leastConfidenceOf.chat, undefined);
});
