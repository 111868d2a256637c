import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anything, assert as assertProperty, constantFrom, dictionary, property, string } from 'fast-check';
import { z } from 'zod';
import { findingSchema, type Finding } from '../../../core/finding.ts';
import { parseFindings } from './parse-findings.ts';

const options = { reportedBy: 'lab/model', files: ['src/users.ts', 'src/orders.ts'] };

// Our own schema is a plain object of JSON Schema.
const schema = z.fromJSONSchema(findingSchema as Parameters<typeof z.fromJSONSchema>[0]);

function issuesOf(text: string, given = options): readonly Finding[] {
  const parsed = parseFindings(text, given);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.reason);
  for (const issue of parsed.issues) schema.parse(issue);
  return parsed.issues;
}

const plain = {
  file: 'src/users.ts',
  startLine: 12,
  endLine: 14,
  severity: 'high',
  category: 'security',
  title: 'SQL injection',
  explanation: 'The name is concatenated.',
  suggestedFix: 'Bind it.',
  confidence: 0.9,
};

const asRead: Finding = { ...plain, severity: 'high', category: 'security', reportedBy: ['lab/model'] };

test('reads an answer in the requested form', () => {
  assert.deepEqual(issuesOf(JSON.stringify({ summary: 'One issue.', issues: [plain] })), [asRead]);
});

const wrapped: [how: string, text: string][] = [
  [
    'a fence',
    `Here you go:\n\n\`\`\`json\n${JSON.stringify({ issues: [plain] }, null, 2)}\n\`\`\`\nHope this helps!`,
  ],
  ['prose around it', `I found one issue. {"issues": [${JSON.stringify(plain)}]} Let me know.`],
  ['brackets in the prose before it', `See [1] for details: {"issues": [${JSON.stringify(plain)}]}`],
  ['a bare array', JSON.stringify([plain])],
  ['a bare object', JSON.stringify(plain)],
  ['an envelope', JSON.stringify({ review: { findings: [plain] } })],
  [
    'comments and trailing commas',
    `{"issues": [ // first\n ${JSON.stringify(plain).replace('}', ',}')}, ],}`,
  ],
  ['single quotes', `{'issues': [${JSON.stringify(plain).replaceAll('"', "'")}]}`],
  ['unquoted names', `{issues: [${JSON.stringify(plain).replace(/"(\w+)":/g, '$1:')}]}`],
  ['a line break inside a string', JSON.stringify({ issues: [plain] }).replace('name is', 'name\nis')],
];

for (const [how, text] of wrapped) {
  test(`reads an answer in ${how}`, () => {
    const [issue] = issuesOf(text);
    assert.equal(issue?.title, 'SQL injection');
    assert.deepEqual([issue.startLine, issue.endLine], [12, 14]);
  });
}

test('findings before the cut in an answer are kept, and the repair is reported', () => {
  const whole = JSON.stringify({ issues: [plain, { ...plain, title: 'Second', startLine: 30 }] });
  const parsed = parseFindings(whole.slice(0, -60), options);
  assert.ok(parsed.ok);
  assert.equal(parsed.issues[0]?.title, 'SQL injection');
  assert.match(parsed.notes.join(), /repaired/);
});

const spellings: [how: string, item: Record<string, unknown>, place: [string, number, number]][] = [
  ['snake case', { file_path: 'src/users.ts', line_start: 3, line_end: 5 }, ['src/users.ts', 3, 5]],
  ['one line as text', { filename: 'src/users.ts', line: 'L7' }, ['src/users.ts', 7, 7]],
  ['a range as text', { path: 'src/users.ts', lines: '7-9' }, ['src/users.ts', 7, 9]],
  ['a range as a list', { path: 'src/users.ts', lines: [7, 9] }, ['src/users.ts', 7, 9]],
  ['a location as text', { location: 'src/users.ts:7-9' }, ['src/users.ts', 7, 9]],
  [
    'a location as an object',
    { location: { file: 'src/users.ts', start: 7, end: 9 } },
    ['src/users.ts', 7, 9],
  ],
  ['lines in the file name', { file: 'src/users.ts#L7' }, ['src/users.ts', 7, 7]],
  ['lines the wrong way round', { file: 'src/users.ts', startLine: 9, endLine: 7 }, ['src/users.ts', 7, 9]],
  ['a prefix of the diff', { file: 'b/src/users.ts', line: 7 }, ['src/users.ts', 7, 7]],
  ['the end of the name', { file: 'users.ts', line: 7 }, ['src/users.ts', 7, 7]],
  ['an absolute name', { file: '/home/dev/app/src/users.ts', line: 7 }, ['src/users.ts', 7, 7]],
];

for (const [how, item, [file, startLine, endLine]] of spellings) {
  test(`understands a place given as ${how}`, () => {
    const [issue] = issuesOf(JSON.stringify({ issues: [{ title: 'x', severity: 'low', ...item }] }));
    assert.deepEqual([issue?.file, issue?.startLine, issue?.endLine], [file, startLine, endLine]);
  });
}

test('other words for severities, categories and confidences are mapped to ours', () => {
  const read = (item: Record<string, unknown>) =>
    issuesOf(JSON.stringify({ issues: [{ title: 'x', file: 'src/users.ts', ...item }] }))[0];
  assert.equal(read({ severity: 'BLOCKER' })?.severity, 'critical');
  assert.equal(read({ severity: 'Medium severity' })?.severity, 'medium');
  assert.equal(read({ level: 'warning' })?.severity, 'medium');
  assert.equal(read({ severity: '🔴 High' })?.severity, 'high');
  assert.equal(read({ severity: 'nit' })?.severity, 'info');
  assert.deepEqual(
    [read({ category: 'SQL Injection' })?.category, read({ category: 'SQL Injection' })?.rule],
    ['security', 'sql-injection'],
  );
  assert.equal(read({ type: 'Race Condition' })?.category, 'concurrency');
  assert.equal(read({ type: 'bug' })?.category, 'correctness');
  assert.equal(read({ confidence: 85 })?.confidence, 0.85);
  assert.equal(read({ confidence: '85%' })?.confidence, 0.85);
  assert.equal(read({ confidence: 'very high' })?.confidence, 0.9);
});

test('keeps an issue that is repeated once, and of more issues than a review has the worst', () => {
  const repeated = parseFindings(JSON.stringify({ issues: Array.from({ length: 500 }, () => plain) }), {
    reportedBy: 'a/model',
  });
  assert.ok(repeated.ok);
  assert.equal(repeated.issues.length, 1);
  const counted = Array.from({ length: 500 }, (_, at) => ({ ...plain, title: `Issue ${at}` }));
  const many = parseFindings(JSON.stringify({ issues: counted }), { reportedBy: 'a/model' });
  assert.ok(many.ok);
  assert.equal(many.issues.length, 100);
  assert.match(many.notes.join(), /has 500 issues; all but the 100 most severe were left out/);
  assert.deepEqual([repeated.tooMany, many.tooMany], [false, true]);
  const severe = counted.map((issue, at) => ({ ...issue, severity: at === 480 ? 'critical' : 'low' }));
  const worst = parseFindings(JSON.stringify({ issues: severe }), { reportedBy: 'a/model' });
  assert.equal(worst.ok && worst.issues[0]?.title, 'Issue 480');
});

test('of many notes the first few are kept, with the number of the others', () => {
  const odd = { ...plain, severity: 'weird' };
  for (const [item, least] of [
    [(at: number) => ({ ...odd, title: `Issue ${at}` }), 89],
    [() => odd, 0],
    [() => ({ file: 'a.ts' }), 2_999 - 10],
  ] as const) {
    const issues = [plain, ...Array.from({ length: 2_999 }, (_, at) => item(at))];
    const read = parseFindings(JSON.stringify({ issues }), { reportedBy: 'a/model' });
    assert.ok(read.ok);
    assert.ok(read.notes.length <= 12, read.notes.join('\n'));
    const more = Number(/… and (\d+) more such notes/.exec(read.notes.join('\n'))?.[1] ?? 0);
    assert.ok(more >= least, read.notes.join('\n'));
  }
});

test('valid JSON is read whatever its length; broken JSON of any length is answered soon', () => {
  const padded = JSON.stringify({ issues: [plain] }).replace('[', `[${' '.repeat(400_000)}`);
  const valid = parseFindings(padded, { reportedBy: 'a/model' });
  assert.ok(valid.ok);
  const broken = parseFindings(`{"issues":[${'"'.repeat(4_000_000)}`, { reportedBy: 'a/model' });
  assert.ok(!broken.ok || broken.issues.length === 0);
});

test('an answer that a model repeats until its limit keeps what it found before', () => {
  const found = ['Token leaks', 'Path is not checked'].map((title) => JSON.stringify({ ...plain, title }));
  const cut = `{"issues":[${found.join()}${`,${JSON.stringify(plain)}`.repeat(3_000)}`.slice(0, -20);
  assert.ok(cut.length > 250_000);
  const read = parseFindings(cut, { reportedBy: 'a/model', cut: true });
  assert.ok(read.ok);
  assert.deepEqual(
    read.issues.slice(0, 2).map(({ title }) => title),
    ['Token leaks', 'Path is not checked'],
  );
  assert.ok(read.issues.length <= 4);
  assert.equal(read.tooMany, true);
  assert.match(read.notes.join(), /only its beginning was read/);
});

test('an answer that ends in something that is no JSON keeps the issues before it, and says that it is incomplete', () => {
  for (const count of [3, 90]) {
    const found = Array.from({ length: count }, (_, at) =>
      JSON.stringify({ ...plain, title: `Issue ${at}` }),
    );
    const read = parseFindings(`{"issues":[${found.join()}${'}: '.repeat(50 * count)}`, {
      reportedBy: 'a/model',
    });
    assert.ok(read.ok);
    assert.equal(read.issues.length, count);
    assert.equal(read.tooMany, true);
    assert.match(read.notes.join(), /only its beginning was read/);
  }
});

test('quotes that are not escaped delay nothing, and what was found before them is kept', () => {
  const found = JSON.stringify({ ...plain, title: 'Token leaks' });
  for (const loop of ['so "a" is "b" ', 'use "a" or "b", ', '"', 'a "b" c, ']) {
    const answer = `{"issues":[${found},{"title":"x","explanation":"${loop.repeat(40_000)}`;
    const before = process.threadCpuUsage();
    const read = parseFindings(answer, { reportedBy: 'a/model', cut: true });
    const { user, system } = process.threadCpuUsage(before);
    // Three candidates with three tries of 150 ms; without a limit it takes minutes.
    assert.ok(user + system < 7_000_000, `${loop}: ${user + system} µs`);
    assert.ok(read.ok, loop);
    assert.equal(read.issues[0]?.title, 'Token leaks');
  }
});

test('reads a review written as prose', () => {
  const prose = `
## Review

I looked at the change. Two things stand out.

1. **[HIGH] SQL injection** (src/users.ts:12-14): the name is concatenated into the query.
   Fix: bind it.

2. **Missing await** — \`src/orders.ts:30\`
   Severity: medium. The promise is dropped, so errors vanish.

Otherwise nice work.`;
  const issues = issuesOf(prose);
  assert.deepEqual(
    issues.map(({ file, startLine, endLine, severity, title }) => ({
      file,
      startLine,
      endLine,
      severity,
      title,
    })),
    [
      { file: 'src/users.ts', startLine: 12, endLine: 14, severity: 'high', title: 'SQL injection' },
      { file: 'src/orders.ts', startLine: 30, endLine: 30, severity: 'medium', title: 'Missing await' },
    ],
  );
  assert.match(issues[1]?.explanation ?? '', /promise is dropped/);
});

test('an empty list and a sentence without objections both mean no issue', () => {
  assert.deepEqual(issuesOf('{"issues": []}'), []);
  assert.deepEqual(issuesOf('I reviewed the diff and found no issues.'), []);
  assert.deepEqual(issuesOf('LGTM!'), []);
});

test('an unreadable answer comes with a reason for asking again', () => {
  for (const text of [
    '',
    'I cannot help with that.',
    'The code has problems.',
    '{"answer": 42}',
    '[1, 2, 3]',
  ]) {
    const parsed = parseFindings(text, options);
    assert.ok(!parsed.ok, text);
    assert.match(parsed.reason, /issues/);
  }
  const nameless = parseFindings('{"issues": [{"title": "Bug somewhere"}]}', options);
  assert.ok(!nameless.ok);
  assert.match(nameless.reason, /issue 1 \("Bug somewhere"\) names no file/);
});

test('an invalid issue does not affect the valid ones, and is reported', () => {
  const parsed = parseFindings(JSON.stringify({ issues: [plain, { title: 'No place' }, 7] }), options);
  assert.ok(parsed.ok);
  assert.equal(parsed.issues.length, 1);
  assert.deepEqual(parsed.notes, [
    'issue 2 ("No place") names no file, so it was left out',
    'issue 3 is not an object, so it was left out',
  ]);
});

test('if only one file was shown, an issue need not name it', () => {
  const [issue] = issuesOf('{"issues": [{"title": "x", "line": 3, "severity": "low"}]}', {
    reportedBy: 'lab/model',
    files: ['only.ts'],
  });
  assert.equal(issue?.file, 'only.ts');
});

test('brackets in prose do not make it an empty review', () => {
  const prose =
    'src/a.ts:10: `load()` returns [] if the file is missing, so callers think that it is empty. This is a bug. ' +
    'See query({ id }).';
  assert.deepEqual(
    issuesOf(prose).map(({ file, startLine }) => `${file}:${startLine}`),
    ['src/a.ts:10'],
  );
});

const empty = '{"summary":"All fine.","issues":[]}';

for (const [what, text] of [
  ['a remark with brackets after it', `${empty}\n\nI checked that \`parse({})\` returns [].`],
  ['remarks with brackets around it', `Of x[0] and { id }:\n${empty}\nNote: \`{}\` is accepted.`],
  ['the same review after it', `${empty}\n${empty}`],
] as const) {
  test(`a review without issues is read as it is with ${what}`, () => {
    const parsed = parseFindings(text, options);
    assert.deepEqual(parsed, { ok: true, issues: [], notes: [], tooMany: false, summary: 'All fine.' });
  });
}

test('a review without issues whose summary has quotes that are not escaped is read up to them', () => {
  const broken = '{"issues": [], "summary": "The change is fine. It uses "quotes" badly {a} }';
  const parsed = parseFindings(broken, options);
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.issues, []);
  assert.match(parsed.summary ?? '', /^The change is fine/);
  assert.equal(parsed.tooMany, true);
});

test('of several reviews in one answer, the issues of all are read', () => {
  const reviews = ['First', 'Second'].map((title) =>
    JSON.stringify({ summary: title, issues: [{ ...plain, title }] }),
  );
  assert.deepEqual(
    issuesOf(reviews.join('\n')).map(({ title }) => title),
    ['First', 'Second'],
  );
});

test('a title without words is no title', () => {
  const parsed = parseFindings(JSON.stringify({ issues: [{ file: 'src/a.ts', title: [''] }] }), options);
  assert.equal(parsed.ok, false);
});

test('a line that is no line number is left out', () => {
  for (const startLine of [2 ** 53, '99999999999999999999', 0, [1.5, 2.5]]) {
    const parsed = parseFindings(
      JSON.stringify({ issues: [{ file: 'src/a.ts', title: 'X', startLine }] }),
      options,
    );
    assert.ok(parsed.ok);
    assert.equal(parsed.issues[0]?.startLine, undefined, String(startLine));
  }
});

test('whatever a model writes, the result fits the schema', () => {
  const member = constantFrom(
    ...Object.keys(findingSchema.properties),
    'line',
    'lines',
    'location',
    'description',
  );
  assertProperty(
    property(dictionary(member, anything()), string(), (item, noise) => {
      const parsed = parseFindings(`${noise}\n${JSON.stringify({ issues: [item] })}`, options);
      if (parsed.ok) for (const issue of parsed.issues) schema.parse(issue);
    }),
    { numRuns: 300 },
  );
});
