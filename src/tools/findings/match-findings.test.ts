import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Finding } from '../../core/finding.ts';
import { clusterByThreshold } from './cluster-by-threshold.ts';
import { matchFindings } from './match-findings.ts';
import { readFinding } from './read-finding.ts';

type Scenario = {
  readonly id: string;
  readonly split: 'tuning' | 'held-out';
  readonly same: readonly Record<string, string>[];
  readonly different: readonly Record<string, string>[];
};

// Our own fixture, described in its README.
const scenarios = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../fixtures/findings/matching.json'), 'utf8'),
) as Scenario[];

/** Three models report the issue; the first two of them also report another one. */
const reporters = ['model/a', 'model/b', 'model/c', 'model/a', 'model/b'];

function reports({ same, different }: Scenario): Finding[] {
  return [...same, ...different].map((item, index) => {
    const read = readFinding(item, { reportedBy: reporters[index] ?? '' });
    assert.ok(read.ok);
    return read.finding;
  });
}

/** Counts pairs of findings by different models: whether they are one issue, and whether they were matched as one. */
function score(split: Scenario['split']) {
  const counts = { paraphrases: 0, nearMisses: 0, found: 0, wrong: 0 };
  for (const scenario of scenarios.filter((scenario) => scenario.split === split)) {
    const findings = reports(scenario);
    const { clusters } = matchFindings(findings);
    const together = (a: Finding, b: Finding) =>
      clusters.some(({ members }) => members.includes(a) && members.includes(b));
    for (const [index, a] of findings.entries()) {
      for (const [offset, b] of findings.slice(index + 1).entries()) {
        if (a.reportedBy[0] === b.reportedBy[0]) continue;
        const paraphrase = index + 1 + offset < scenario.same.length;
        counts[paraphrase ? 'paraphrases' : 'nearMisses'] += 1;
        if (together(a, b)) counts[paraphrase ? 'found' : 'wrong'] += 1;
      }
    }
  }
  return {
    ...counts,
    precision: counts.found / (counts.found + counts.wrong),
    recall: counts.found / counts.paraphrases,
  };
}

test('finds at least 95 % of unseen paraphrases, and at least 95 % of its matches are right', (t) => {
  const { paraphrases, nearMisses, precision, recall } = score('held-out');
  t.diagnostic(`${paraphrases} paraphrase and ${nearMisses} near-miss pairs held out`);
  t.diagnostic(`precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`);
  assert.ok(paraphrases >= 100 && nearMisses >= 100);
  assert.ok(precision >= 0.95, `precision ${precision}`);
  assert.ok(recall >= 0.95, `recall ${recall}`);
});

test('does no worse on the half that it was tuned on', () => {
  const { precision, recall } = score('tuning');
  assert.ok(precision >= 0.95, `precision ${precision}`);
  assert.ok(recall >= 0.95, `recall ${recall}`);
});

const finding = (changes: Partial<Finding>): Finding => ({
  file: 'src/users.ts',
  startLine: 40,
  endLine: 42,
  severity: 'high',
  category: 'security',
  title: 'SQL injection through string concatenation',
  explanation: 'The name from the request is concatenated into the query.',
  confidence: 0.8,
  reportedBy: ['model/a'],
  ...changes,
});

const reworded = finding({
  startLine: 43,
  endLine: 43,
  title: 'Query built from untrusted input',
  explanation: 'User input is interpolated into the SQL statement; use bound parameters.',
  severity: 'critical',
  confidence: 0.9,
  reportedBy: ['model/b'],
});

const clusterSizes = (...findings: Finding[]) =>
  matchFindings(findings).clusters.map(({ members }) => members.length);

test('the same words four lines below, or in another file, are another issue', () => {
  assert.deepEqual(
    clusterSizes(finding({}), finding({ startLine: 46, endLine: 46, reportedBy: ['model/b'] })),
    [1, 1],
  );
  assert.deepEqual(
    clusterSizes(finding({}), finding({ file: 'src/orders.ts', reportedBy: ['model/b'] })),
    [1, 1],
  );
  assert.deepEqual(
    clusterSizes(finding({}), finding({ startLine: 45, endLine: 45, reportedBy: ['model/b'] })),
    [2],
  );
});

test('a model that reports two issues at one place keeps both', () => {
  const other = finding({
    title: 'Query failure is ignored',
    explanation: 'The error of the query is swallowed.',
  });
  const { clusters } = matchFindings([finding({}), other, reworded]);
  assert.deepEqual(
    clusters.map(({ members }) => members.map(({ title }) => title)),
    [
      ['Query failure is ignored'],
      ['SQL injection through string concatenation', 'Query built from untrusted input'],
    ],
  );
});

test('a model that reports the same text twice counts once', () => {
  const { issues, belowThreshold } = clusterByThreshold([finding({}), finding({})], 2);
  assert.equal(issues.length, 0);
  assert.equal(belowThreshold.length, 1);
});

test('groups do not depend on the order of the findings', () => {
  for (const scenario of scenarios) {
    const findings = reports(scenario);
    const names = (list: readonly Finding[]) =>
      matchFindings(list).clusters.map(({ members }) => members.map(({ title }) => title));
    assert.deepEqual(names(findings.toReversed()), names(findings), scenario.id);
  }
});

test('an issue is kept if enough models report it, with all of them named; the rest is listed below the threshold', () => {
  const alone = finding({
    startLine: 90,
    endLine: 90,
    title: 'Unused import',
    category: 'style',
    severity: 'info',
  });
  const { issues, belowThreshold } = clusterByThreshold([finding({}), alone, reworded], 2);
  assert.equal(issues.length, 1);
  assert.deepEqual(issues[0]?.reportedBy, ['model/a', 'model/b']);
  assert.equal(issues[0]?.title, 'Query built from untrusted input', 'the surest one tells the issue');
  assert.equal(issues[0]?.severity, 'critical', 'the worse of two severities');
  assert.deepEqual(
    belowThreshold.map(({ title }) => title),
    ['Unused import'],
  );
});
