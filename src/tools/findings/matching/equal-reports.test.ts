import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../../core/finding.ts';
import { matchFindings } from './match-findings.ts';

type Words = Partial<Pick<Finding, 'title' | 'explanation' | 'rule' | 'startLine' | 'category'>>;

/** How many issues the two reports of different models are. */
function issuesOf(a: Words, b: Words): number {
  const findings = [a, b].map((words, index): Finding => ({
    file: 'x.js',
    startLine: 12,
    endLine: words.startLine ?? 12,
    severity: 'high',
    category: 'security',
    title: 'A title',
    explanation: `Explained by ${index}.`,
    confidence: 0.9,
    reportedBy: [`model/${index}`],
    ...words,
  }));
  return matchFindings(findings).clusters.length;
}

test('two defects at one place stay two, although their words are alike', () => {
  const route = 'The route handler for DELETE /admin/users/:id';
  for (const [a, b] of [
    [
      {
        title: 'Missing authentication on /admin/users',
        explanation: `${route} does not check who is calling.`,
      },
      { title: 'Missing rate limit on /admin/users', explanation: `${route} has no rate limit.` },
    ],
    [{ title: 'Password is written to the log' }, { title: 'Password is compared with ==', startLine: 13 }],
    [
      { title: 'req.user may be undefined', rule: 'null-dereference' },
      { title: 'req.body may be undefined', rule: 'null-dereference' },
    ],
    [
      { title: 'userId_of_a may be undefined', rule: 'null-dereference' },
      { title: 'userId_of_b may be undefined', rule: 'null-dereference' },
    ],
    [
      { title: 'SQL injection', rule: 'sql-injection' },
      { title: 'SQL injection', rule: 'sql-injection', startLine: 14 },
    ],
    [
      { title: 'Path is not checked', rule: 'injection' },
      { title: 'Shell command from input', rule: 'injection' },
    ],
  ] as const)
    assert.equal(issuesOf(a, b), 2, `${a.title} / ${b.title}`);
});

test('the same report is one issue: the same text nearby, or on one line the same title or rule', () => {
  for (const [a, b] of [
    [
      { title: 'SQL-инъекция в запросе', explanation: 'Имя попадает в запрос.' },
      { title: 'SQL-инъекция в запросе.', explanation: 'Имя попадает в запрос', startLine: 14 },
    ],
    [{ title: 'Passwort wird protokolliert' }, { title: 'passwort wird protokolliert.' }],
    [
      { title: 'SQL injection through concatenation', rule: 'sql-injection' },
      { title: 'Query is built from untrusted input', rule: 'sql-injection' },
    ],
  ] as const)
    assert.equal(issuesOf(a, b), 1, `${a.title} / ${b.title}`);
});
