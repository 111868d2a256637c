import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../core/finding.ts';
import { reportsAreSettled } from './panel-review.ts';
import type { ReviewerReport } from './review-with.ts';

const missing = 'Null dereference of user when session is missing';
const inOtherWords = 'Null dereference of user if the session is missing';

function reportOf(model: string, ...titles: string[]): ReviewerReport {
  const issues = titles.map((title): Finding => ({
    file: 'src/b.ts',
    startLine: 1,
    endLine: 1,
    severity: 'high',
    category: 'correctness',
    title,
    explanation: `A request without a session reaches this line. ${title}`,
    confidence: 0.8,
    reportedBy: [model],
  }));
  return { reviewer: { name: model, model }, issues, notes: [], failed: [], cut: [] };
}

test('reports in other words keep a panel waiting only if joining them could reach the threshold', () => {
  const agreed = [reportOf('a', missing), reportOf('b', missing)];
  assert.ok(reportsAreSettled(agreed, 1, 2));
  assert.ok(
    reportsAreSettled([reportOf('a', missing), reportOf('b', missing), reportOf('c', inOtherWords)], 0, 2),
  );
  const both = [
    reportOf('a', missing),
    reportOf('b', missing),
    reportOf('c', inOtherWords),
    reportOf('d', inOtherWords),
  ];
  assert.ok(reportsAreSettled(both, 1, 2));
  assert.ok(!reportsAreSettled([reportOf('a', missing), reportOf('b', inOtherWords)], 1, 2));
  assert.ok(!reportsAreSettled([...agreed, reportOf('c', inOtherWords)], 1, 2));
  assert.ok(!reportsAreSettled([reportOf('a', missing), reportOf('b', inOtherWords)], 1, 3));
});
