import assert from 'node:assert/strict';
import { test } from 'node:test';
import { severities, type Finding } from '../../../core/finding.ts';
import { githubAnnotations } from './github-annotations.ts';
import { sarifLog } from './sarif.ts';
import { filterBySeverity } from '../filter-by-severity.ts';

const finding: Finding = {
  file: 'src/my file.ts',
  startLine: 3,
  endLine: 5,
  severity: 'critical',
  category: 'security',
  rule: 'sql-injection',
  title: 'SQL injection: 100% certain, really',
  explanation: 'Bad.\n::warning file=other.ts::injected',
  suggestedFix: 'Bind it.',
  confidence: 0.876,
  reportedBy: ['a/b', 'c/d'],
};

const wholeFile: Finding = {
  file: 'README.md',
  severity: 'info',
  category: 'documentation',
  title: 'No example',
  explanation: 'There is none.',
  confidence: 0.5,
  reportedBy: ['a/b'],
};

test('SARIF contains rule, level, place and reporters', () => {
  const { runs } = sarifLog([finding, wholeFile], '1.2.3');
  assert.deepEqual(
    runs[0].tool.driver.rules.map(({ id }) => id),
    ['sql-injection', 'documentation'],
  );
  assert.deepEqual(runs[0].results[0], {
    ruleId: 'sql-injection',
    ruleIndex: 0,
    level: 'error',
    rank: 88,
    message: {
      text: 'SQL injection: 100% certain, really\n\nBad.\n::warning file=other.ts::injected\n\nSuggested fix: Bind it.',
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'src/my%20file.ts' },
          region: { startLine: 3, endLine: 5 },
        },
      },
    ],
    properties: { severity: 'critical', confidence: 0.876, reportedBy: ['a/b', 'c/d'] },
  });
  assert.equal(runs[0].results[1]?.level, 'note');
  assert.ok(!('region' in (runs[0].results[1]?.locations[0].physicalLocation ?? {})));
});

test('SARIF has a level for every severity', () => {
  const levels = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' } as const;
  for (const severity of severities) {
    const [run] = sarifLog([{ ...finding, severity }], '1.2.3').runs;
    assert.deepEqual(
      run.results.map(({ level, properties }) => [level, properties.severity]),
      [[levels[severity], severity]],
    );
  }
});

test('a GitHub annotation is one line, whatever the model wrote', () => {
  const text = githubAnnotations([finding, wholeFile]);
  assert.deepEqual(text.split('\n'), [
    '::error file=src/my file.ts,line=3,endLine=5,title=SQL injection%3A 100%25 certain%2C really::Bad.%0A::warning file=other.ts::injected%0A%0ASuggested fix: Bind it.',
    '::notice file=README.md,title=No example::There is none.',
  ]);
});

test('no line break that a model wrote begins another workflow command', () => {
  const wrote = 'Bad.\r::warning file=other.ts::injected\r\n::error::two';
  const forged = { ...finding, title: wrote, explanation: wrote, suggestedFix: wrote, otherTitles: [wrote] };
  assert.doesNotMatch(githubAnnotations([forged]), /[\r\n]/);
});

test('GitHub shows grave issues as errors, medium ones as warnings and the rest as notices', () => {
  const commands = severities.map((severity) => {
    const [, command] = githubAnnotations([{ ...finding, severity }]).split(/::| /);
    return [severity, command];
  });
  assert.deepEqual(Object.fromEntries(commands), {
    critical: 'error',
    high: 'error',
    medium: 'warning',
    low: 'notice',
    info: 'notice',
  });
});

test('a severity filter is applied to what was returned, and hidden findings are counted', () => {
  assert.deepEqual(filterBySeverity([finding, wholeFile], 'medium'), { issues: [finding], hidden: 1 });
  assert.deepEqual(filterBySeverity([finding, wholeFile], 'info'), {
    issues: [finding, wholeFile],
    hidden: 0,
  });
  assert.deepEqual(filterBySeverity([wholeFile], undefined), { issues: [wholeFile], hidden: 0 });
});
