import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Finding } from '../../../core/finding.ts';
import { clusterByThreshold, joinPairs, mergeFindings } from './cluster-by-threshold.ts';
import { matchFindings } from './match-findings.ts';
import { readFinding } from '../reading/read-finding.ts';

type Scenario = {
  readonly id: string;
  readonly split: 'tuning' | 'held-out';
  readonly same: readonly Record<string, string>[];
  readonly different: readonly Record<string, string>[];
};

// Our own fixture, described in its README.
const scenarios = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../fixtures/findings/matching.json'), 'utf8'),
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

/** Counts pairs of findings by different models: whether they are one issue, and what is done with them. */
function score(split: Scenario['split']) {
  const counts = { paraphrases: 0, nearMisses: 0, joined: 0, asked: 0, joinedWrongly: 0 };
  for (const scenario of scenarios.filter((scenario) => scenario.split === split)) {
    const findings = reports(scenario);
    const { clusters, uncertain } = matchFindings(findings);
    const clusterOf = (finding: Finding) => clusters.findIndex(({ members }) => members.includes(finding));
    for (const [index, one] of findings.entries()) {
      for (const [offset, other] of findings.slice(index + 1).entries()) {
        if (one.reportedBy[0] === other.reportedBy[0]) continue;
        const [a, b] = [clusterOf(one), clusterOf(other)];
        const paraphrase = index + 1 + offset < scenario.same.length;
        counts[paraphrase ? 'paraphrases' : 'nearMisses'] += 1;
        if (a === b) counts[paraphrase ? 'joined' : 'joinedWrongly'] += 1;
        else if (paraphrase && uncertain.some((pair) => isPairOf(pair, a, b))) counts.asked += 1;
      }
    }
  }
  return counts;
}

function isPairOf({ a, b }: { readonly a: number; readonly b: number }, one: number, other: number): boolean {
  return (a === one && b === other) || (a === other && b === one);
}

test('no near miss is joined without a model, and a model is asked about nearly all unseen paraphrases', (t) => {
  const { paraphrases, nearMisses, joined, asked, joinedWrongly } = score('held-out');
  t.diagnostic(`${paraphrases} paraphrase and ${nearMisses} near-miss pairs held out`);
  t.diagnostic(`${joined} joined, a model asked about ${asked}`);
  assert.ok(paraphrases >= 100 && nearMisses >= 100);
  assert.equal(joinedWrongly, 0);
  assert.ok((joined + asked) / paraphrases >= 0.98, `${joined + asked} of ${paraphrases}`);
});

test('does no worse on the half that it was tuned on', () => {
  const { paraphrases, joined, asked, joinedWrongly } = score('tuning');
  assert.equal(joinedWrongly, 0);
  assert.ok((joined + asked) / paraphrases >= 0.98, `${joined + asked} of ${paraphrases}`);
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
  const identical = finding({ reportedBy: ['model/c'] });
  const { clusters, uncertain } = matchFindings([finding({}), other, reworded, identical]);
  assert.deepEqual(
    clusters.map(({ members }) => members.map(({ title }) => title)),
    [
      ['Query failure is ignored'],
      ['SQL injection through string concatenation', 'SQL injection through string concatenation'],
      ['Query built from untrusted input'],
    ],
  );
  assert.deepEqual(
    uncertain.map((pair) => [pair.a, pair.b]),
    [
      [1, 2],
      [0, 2],
    ],
    'the likelier pair first',
  );
});

test('two findings of one model are never joined, whatever is said of a third', () => {
  const other = finding({ title: 'Query failure is ignored', explanation: 'The error is swallowed.' });
  const clustered = clusterByThreshold([finding({}), other, reworded], 2);
  assert.equal(clustered.uncertain.length, 2);
  const { issues, belowThreshold } = joinPairs(clustered, clustered.uncertain, 2);
  assert.deepEqual(
    [issues, belowThreshold].map((list) => list.map(({ title }) => title)),
    [['Query built from untrusted input'], ['Query failure is ignored']],
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
  const clustered = clusterByThreshold([finding({}), alone, reworded], 2);
  assert.deepEqual(clustered.issues, [], 'no model has compared them yet');
  const { issues, belowThreshold } = joinPairs(clustered, clustered.uncertain, 2);
  assert.equal(issues.length, 1);
  assert.deepEqual(issues[0]?.reportedBy, ['model/a', 'model/b']);
  assert.equal(issues[0]?.title, 'Query built from untrusted input', 'the surest one tells the issue');
  assert.deepEqual(issues[0]?.otherTitles, ['SQL injection through string concatenation']);
  assert.equal(issues[0]?.severity, 'critical', 'the worse of two severities');
  assert.deepEqual(
    belowThreshold.map(({ title }) => title),
    ['Unused import'],
  );
});

const leak: Finding = {
  file: 'src/a.ts',
  startLine: 10,
  severity: 'high',
  category: 'resource-leak',
  title: 'The file handle is never closed',
  explanation: 'The file handle is opened in the loop and never closed.',
  confidence: 0.5,
  reportedBy: ['model/a'],
};

test('equal reports up to three lines apart are one issue, whichever comes first', () => {
  const issuesAt = (...lines: readonly number[]) =>
    clusterByThreshold(
      lines.map((startLine, at) => ({ ...leak, startLine, reportedBy: [`model/${at}`] })),
      1,
    ).issues.length;
  assert.deepEqual([issuesAt(10, 13), issuesAt(13, 10)], [1, 1]);
  assert.deepEqual([issuesAt(10, 14), issuesAt(14, 10)], [2, 2]);
});

test('a merged issue is told in the words of the surest reporter, however few they are', () => {
  const sure = { ...leak, confidence: 0.9, explanation: 'Never closed.', reportedBy: ['model/b'] };
  for (const members of [
    [leak, sure],
    [sure, leak],
  ])
    assert.equal(mergeFindings(members).explanation, 'Never closed.');
});
