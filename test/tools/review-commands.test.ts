import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { conclave } from '../support/command-line.ts';
import { gitRepository } from '../support/git-repository.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** One critical defect and one of severity high that the simulated reviewers recognise. */
const defective = `const db = require('./db');
exports.find = (req, res) =>
  db.query("SELECT * FROM users WHERE id = " + req.query.id, (err, rows) => res.send(rows));
const password = "hunter2secret";
`;

test('the exit code reports whether an issue reaches --fail-on, in every format', async (t) => {
  const place = changedRepository(t, { 'users.js': defective });
  for (const format of ['text', 'json', 'sarif', 'github']) {
    const found = await conclave(['precommit', '--simulate', '--format', format], place);
    assert.equal(found.code, 1, `${format}: ${found.stderr}`);
    assert.match(found.stdout, /users\.js/);
  }
  const json = await conclave(['review', '--simulate', '--json'], place);
  const { issues } = JSON.parse(json.stdout) as { issues: { severity: string; startLine: number }[] };
  assert.ok(issues.length > 0 && issues.every(({ startLine }) => startLine >= 1 && startLine <= 4));

  const onlyCritical = await conclave(['precommit', '--simulate', '--diff', '-', '--fail-on', 'critical'], {
    ...place,
    input: added('key.js', 'const password = "hunter2secret";'),
  });
  assert.equal(onlyCritical.code, 0, onlyCritical.stderr);
  assert.match(onlyCritical.stdout, /\[high\] key\.js:1/);
});

test('a gate is not passed by simulated models that were not asked for', async (t) => {
  const place = changedRepository(t, { 'users.js': 'exports.one = 1;\n' });
  const gate = await conclave(['review', '--fail-on', 'high'], place);
  assert.equal(gate.code, 3, gate.stdout);
  assert.match(gate.stderr, /No provider: .*--simulate/);
  const excluded = await conclave(['review', '--no-simulate'], place);
  assert.equal(excluded.code, 3, excluded.stdout);
  for (const simulated of [['--fail-on', 'high', '--simulate'], []]) {
    const tried = await conclave(['review', ...simulated], place);
    assert.equal(tried.code, 0, tried.stderr);
    assert.match(tried.stdout, /simulated/);
  }
});

test('SARIF lists each rule and place once, and text cannot break out of annotations', async (t) => {
  const place = changedRepository(t, { 'users.js': defective });
  const { stdout } = await conclave(['secaudit', '--simulate', '--format', 'sarif'], place);
  const log = JSON.parse(stdout) as {
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: { ruleId: string; ruleIndex: number }[];
    }[];
  };
  const [run] = log.runs;
  assert.ok(run && run.results.length > 0);
  for (const { ruleId, ruleIndex } of run.results) assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);

  const github = await conclave(['secaudit', '--simulate', '--format', 'github'], place);
  for (const line of github.stdout.trim().split('\n'))
    assert.match(line, /^::(error|warning|notice) file=users\.js,line=\d+/);
});

test('nothing to review exits with 0; no repository, two sources or an unknown severity with 2; no model with 3', async (t) => {
  const clean = changedRepository(t, {});
  assert.equal((await conclave(['precommit', '--simulate'], clean)).code, 0);

  const nowhere = { folder: tempFolder(t), home: clean.home };
  const cases: [string[], number, RegExp][] = [
    [['precommit', '--simulate'], 2, /not inside a git repository/],
    [['review', '--simulate', '--diff', 'x', '--range', 'a..b'], 2, /Give one of diff and range/],
    [['review', '--simulate', '--fail-on', 'worst'], 2, /Allowed choices are critical/],
    [['review', '--simulate', '--files', clean.folder], 2, /is outside the folders/],
    [['review', '--simulate', '--model', 'nobody', '--diff', added('a.js', '1')], 3, /nobody/],
    // A model that always fails with 500.
    [
      ['review', '--config', failing(nowhere.folder), '--diff', added('a.js', '1')],
      3,
      /no model could answer/,
    ],
  ];
  for (const [args, code, message] of cases) {
    const ran = await conclave(args, nowhere);
    assert.equal(ran.code, code, `${args.join(' ')}: ${ran.stderr}`);
    assert.match(ran.stderr, message);
  }
});

function changedRepository(t: TestContext, files: Readonly<Record<string, string>>) {
  const repository = gitRepository(t);
  repository.write({ 'README.md': 'Users\n' });
  repository.commit();
  repository.write(files);
  return { folder: repository.folder, home: tempFolder(t) };
}

function added(file: string, line: string): string {
  return `diff --git a/${file} b/${file}\nnew file mode 100644\n--- /dev/null\n+++ b/${file}\n@@ -0,0 +1 @@\n+${line}\n`;
}

/** A configuration whose only provider is not listening. */
function failing(folder: string): string {
  const path = join(folder, 'failing.yaml');
  writeFileSync(
    path,
    'providers: { lab: { dialect: openai-chat, baseUrl: "http://127.0.0.1:9/v1", apiKey: k } }\nmodels: [{ id: lab/llama }]\nrouting: { retries: 0 }\n',
  );
  return path;
}
