import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { conclave as command } from '../support/command-line.ts';
import { gitRepository } from '../support/git-repository.ts';
import { panelOf } from '../support/panelists.ts';
import { tempFolder } from '../support/temp-folder.ts';

const clean = JSON.stringify({ summary: 'Fine.', issues: [] });
const awsKey = 'AKIAIOSFODNN7EXAMPLE';
const issue = (line: number, title: string) => ({
  file: 'c.ts',
  startLine: line,
  severity: 'critical',
  category: 'security',
  title,
  explanation: 'Whoever sends a quote writes the rest of the statement.',
});

test('secrets that a change adds are critical issues, though no model ever sees them', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'old.py': `key = "${awsKey}"\nprint(1)\n`, 'gone.env': '' });
  repository.commit();
  repository.write({ 'old.py': `key = "${awsKey}"\nprint(2)\n`, 'new.py': `a = 1\nkey = "${awsKey}"\n` });
  const { conclave, heard } = await panelOf(t, [{ name: 'one', say: () => clean }], repository.folder);
  const { issues, ready } = await conclave.precommit({});
  assert.deepEqual(
    issues.map(({ file, startLine, severity, category, reportedBy }) => [
      file,
      startLine,
      severity,
      category,
      reportedBy,
    ]),
    [['new.py', 2, 'critical', 'security', ['conclave']]],
    'existing secrets are not attributed to this change',
  );
  assert.equal(ready, false);
  assert.ok(heard.every(({ text }) => !text.includes(awsKey)));

  repository.write({ '.env': 'TOKEN=1\n' });
  repository.git('add', '.env');
  const staged = await conclave.precommit({ files: ['.env'], include: ['staged'] });
  assert.deepEqual(
    staged.issues.map(({ file, rule }) => [file, rule]),
    [['.env', 'committed-secret']],
  );
  // A panel's threshold applies to models' findings only.
  const panel = await conclave.codereview({ pipeline: true, critical_paths: ['**'] });
  assert.equal(
    panel.issues.filter(({ rule, file }) => rule === 'committed-secret' && file === 'new.py').length,
    1,
  );
});

test('a secret that the configuration allows is sent unchanged, and is not an issue', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'key.py': `key = "${awsKey}"\n` });
  const { conclave, heard } = await panelOf(t, [{ name: 'one', say: () => clean }], repository.folder, {
    tools: { allowedSecrets: ['AKIA[A-Z0-9]*EXAMPLE'] },
  });
  const { issues } = await conclave.precommit({});
  assert.deepEqual(issues, []);
  assert.ok(heard.some(({ text }) => text.includes(awsKey)));
});

test('an unresolved merge is an issue, whatever models report', async (t) => {
  const repository = gitRepository(t);
  repository.write({ f: 'a\nb\nc\n' });
  repository.commit();
  repository.git('checkout', '--quiet', '-b', 'side');
  repository.write({ f: 'a\nX\nc\n' });
  repository.commit();
  repository.git('checkout', '--quiet', 'main');
  repository.write({ f: 'a\nY\nc\n' });
  repository.commit();
  assert.throws(() => repository.git('merge', 'side'));
  const { conclave } = await panelOf(t, [{ name: 'one', say: () => clean }], repository.folder);
  const { issues, ready } = await conclave.precommit({});
  assert.deepEqual(
    issues.map(({ file, startLine, endLine, rule }) => [file, startLine, endLine, rule]),
    [['f', 2, 6, 'merge-conflict']],
  );
  assert.equal(ready, false);
  for (const kind of ['staged', 'unstaged'] as const) {
    const { text, complete, left_out: leftOut } = await conclave.codereview({ include: [kind] });
    assert.match(text, new RegExp(`Nothing to review in ${kind} changes\\. 1 left out\\.`));
    assert.equal(complete, false);
    assert.deepEqual(
      leftOut.map(({ path, reason }) => [path, reason]),
      [['f', 'merge']],
    );
  }
});

test('two issues of one kind on two lines stay separate, even if several models report both', async (t) => {
  const both = JSON.stringify({
    issues: [issue(1, 'SQL injection in SELECT'), issue(3, 'SQL injection in DELETE')],
  });
  const same = JSON.stringify({ issues: [issue(1, 'SQL injection'), issue(3, 'SQL injection')] });
  const folder = tempFolder(t, { 'c.ts': 'a\nb\nc\n' });
  for (const answer of [both, same]) {
    const say = () => answer;
    const { conclave } = await panelOf(
      t,
      [
        { name: 'one', model: 'one', say },
        { name: 'two', model: 'two', say },
      ],
      folder,
    );
    for (const models of [['one/one'], ['one/one', 'two/two']]) {
      const { issues } = await conclave.codereview({ files: ['c.ts'], models });
      assert.deepEqual(
        issues.map(({ startLine, reportedBy }) => [startLine, reportedBy]),
        [
          [1, models],
          [3, models],
        ],
      );
    }
  }
});

test('a large new file is reviewed in parts', async (t) => {
  const repository = gitRepository(t);
  const lines = Array.from(
    { length: 9_000 },
    (_, at) => `export const value${at + 1} = compute(${at}, ${at});`,
  );
  repository.write({ 'large.ts': lines.join('\n') });
  const cheap = { name: 'one', say: () => clean, costPerMToken: 0.1 };
  const { conclave, heard } = await panelOf(t, [cheap], repository.folder);
  const { ready, complete, left_out: leftOut } = await conclave.precommit({});
  assert.deepEqual([ready, complete, leftOut], [true, true, []]);
  const shown = new Set(heard.flatMap(({ text }) => text.match(/value\d+ /g) ?? []));
  assert.equal(shown.size, lines.length);
});

test('a reviewer that fails at one part of several is named, and the review is not complete', async (t) => {
  const lines = Array.from({ length: 9_000 }, (_, at) => `+export const value${at + 1} = compute(${at});\n`);
  const diff = `--- /dev/null\n+++ b/large.ts\n@@ -0,0 +1,${lines.length} @@\n${lines.join('')}`;
  const say = (heard: string) =>
    heard.includes('value9000 ') ? "I'm sorry, but I can't help with that." : clean;
  const { conclave } = await panelOf(t, [{ name: 'one', say, costPerMToken: 0.1 }], tempFolder(t));
  const { complete, failed } = await conclave.codereview({ diff, model: 'one/m' });
  assert.deepEqual([complete, failed.map(({ who }) => who)], [false, ['one/m (one part)']]);
});

test('a diff larger than the file limit is reviewed completely, in parts', async (t) => {
  const lines = Array.from({ length: 1_200 }, (_, at) => `// value${at} ${'of words '.repeat(200)}`);
  const diff = [0, 1]
    .map((half) => {
      const added = lines.slice(half * 600, half * 600 + 600).map((line) => `+${line}\n`);
      return `--- /dev/null\n+++ b/${half}.ts\n@@ -0,0 +1,600 @@\n${added.join('')}`;
    })
    .join('');
  assert.ok(diff.length > 2 * 1024 * 1024);
  const cheap = { name: 'one', say: () => clean, costPerMToken: 0.01 };
  const { conclave, heard } = await panelOf(t, [cheap], tempFolder(t));
  const { complete, left_out: leftOut, warnings } = await conclave.codereview({ diff, model: 'one/m' });
  assert.deepEqual([complete, leftOut, warnings], [true, [], []]);
  const shown = new Set(heard.flatMap(({ text }) => text.match(/value\d+ /g) ?? []));
  assert.equal(shown.size, lines.length);
});

test('what is too large to review is reported with a remedy, and the change is not ready; the command exits with 3', async (t) => {
  const repository = gitRepository(t);
  const large = `// ${'x '.repeat(1_200_000)}\n`;
  repository.write({ 'src/a.ts': 'export const a = 1;\n', 'src/data.ts': large });
  const { conclave } = await panelOf(t, [{ name: 'one', say: () => clean }], repository.folder);
  const bytes =
    /Not reviewed: src\/data\.ts has 2400004 bytes; the limit is 2097152\. Send the relevant parts/;
  const { ready, complete, issues, left_out: leftOut, warnings } = await conclave.precommit({});
  assert.deepEqual([ready, complete, issues], [false, false, []]);
  assert.deepEqual(
    leftOut.map(({ path, reason }) => [path, reason]),
    [['src/data.ts', 'too-large']],
  );
  assert.match(warnings.join(), bytes);
  const folder = await conclave.codereview({ files: ['src'] });
  assert.equal(folder.complete, false);
  assert.match(folder.warnings.join(), bytes);
  // A file that is named directly must be readable.
  await assert.rejects(
    conclave.codereview({ files: ['src/data.ts'] }),
    /the limit is 2097152\. Send the part that matters instead/,
  );
  repository.git('add', '.');
  const staged = await conclave.precommit({});
  assert.equal(staged.complete, false);
  assert.match(
    staged.warnings.join(),
    /Not reviewed: src\/data\.ts: its change alone .* Send the relevant parts/,
  );
  repository.git('reset', '--quiet');
  const home = join(tempFolder(t), 'home');
  const { code, stdout } = await command(['precommit', '--simulate'], { folder: repository.folder, home });
  assert.equal(code, 3);
  assert.match(stdout, /The review is not complete/);
  repository.write({ 'src/key.js': 'const password = "hunter2secret";\n' });
  const gate = ['precommit', '--simulate', '--fail-on', 'low'];
  const found = await command(gate, { folder: repository.folder, home });
  assert.match(found.stdout, /The review is not complete/);
  assert.equal(found.code, 1, 'what was found counts first');
});

test('from a folder inside a repository all of it is reviewed, with paths relative to the repository', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'src/a.ts': 'export const a = 1;\n' });
  repository.commit();
  repository.write({
    'src/a.ts': 'export const a = 2;\n',
    'top.js': 'eval(process.argv[2]);\n',
    'other/b.ts': 'export const b = 1;\n',
  });
  const src = join(repository.folder, 'src');
  const { conclave, heard } = await panelOf(t, [{ name: 'one', say: () => clean }], src);
  const { ready, left_out: leftOut } = await conclave.precommit({});
  assert.deepEqual([ready, leftOut], [true, []]);
  const sent = heard.map(({ text }) => text).join();
  for (const path of ['src/a.ts', 'top.js', 'other/b.ts']) assert.ok(sent.includes(`+++ b/${path}`), path);
  // A path is relative to the current folder, or to the repository, as in answers.
  for (const file of ['a.ts', 'src/a.ts', '../top.js', 'top.js']) {
    heard.length = 0;
    await conclave.precommit({ files: [file] });
    assert.match(heard[0]?.text ?? '', file.endsWith('.ts') ? /src\/a\.ts/ : /top\.js/, file);
    await conclave.codereview({ files: [file] });
    assert.match(heard[1]?.text ?? '', file.endsWith('.ts') ? /path="src\/a\.ts"/ : /path="top\.js"/, file);
  }
});

test('if only part of a repository may be read, changes outside it are counted, and the result is not ready', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'src/a.ts': 'export const a = 1;\n', 'top.js': '' });
  repository.commit();
  repository.write({
    'src/a.ts': 'export const a = 2;\n',
    'top.js': 'eval(1);\n',
    'PRIVATE-NAME.txt': 'x',
  });
  const roots = [join(repository.folder, 'src')];
  const { conclave, heard } = await panelOf(
    t,
    [{ name: 'one', say: () => JSON.stringify({ issues: [{ ...issue(1, 'Two'), file: 'src/a.ts' }] }) }],
    repository.folder,
    { tools: { roots } },
  );
  const { ready, complete, issues, left_out: leftOut } = await conclave.precommit({});
  assert.deepEqual([ready, complete], [false, false]);
  assert.deepEqual(
    issues.map(({ file }) => file),
    ['a.ts'],
    'paths are relative to the readable part',
  );
  assert.match(JSON.stringify(leftOut), /2 changed files of this repository are outside the folders/);
  assert.doesNotMatch(JSON.stringify([leftOut, heard]), /PRIVATE-NAME|eval/);
});

test('a line number that was not shown is dropped, and the issue applies to its file', async (t) => {
  const folder = tempFolder(t, { 'c.ts': 'a\nb\nc\n' });
  const say = () => JSON.stringify({ issues: [issue(3, 'Here'), issue(4_000, 'Nowhere')] });
  const { conclave } = await panelOf(t, [{ name: 'one', say }], folder);
  const diff = '--- a/c.ts\n+++ b/c.ts\n@@ -1,3 +1,3 @@\n a\n-x\n+b\n c\n';
  for (const subject of [{ files: ['c.ts'] }, { diff }]) {
    const { issues, warnings } = await conclave.codereview(subject);
    assert.deepEqual(issues.map(({ title, startLine }) => [title, startLine]).toSorted(), [
      ['Here', 3],
      ['Nowhere', undefined],
    ]);
    assert.match(warnings.join(), /"Nowhere" names line 4000 of c\.ts, which was not shown/);
  }
});

test('if there is nothing to review, no thread is stored', async (t) => {
  const repository = gitRepository(t);
  const { conclave } = await panelOf(t, [{ name: 'one', say: () => clean }], repository.folder);
  const { continuation_id: thread, ready } = await conclave.precommit({});
  assert.deepEqual([thread, ready], [undefined, true]);
  assert.deepEqual((await conclave.threads({ action: 'list' })).threads, []);
});

test('a change that git treats as binary, though its name is that of a program, is not ready', async (t) => {
  const repository = gitRepository(t);
  repository.write({ '.gitattributes': '*.ts -diff\n', 'logo.png': 'PNG\0' });
  repository.commit();
  repository.write({ 'a.ts': 'eval(input);\n', 'b.py': 'import os\0\n', 'logo.png': 'PNG\0new' });
  repository.git('add', '--all');
  const { conclave } = await panelOf(t, [{ name: 'one', say: () => clean }], repository.folder);
  const { ready, complete, left_out } = await conclave.precommit({});
  assert.deepEqual([ready, complete], [false, false]);
  assert.deepEqual(
    left_out.map(({ path, reason }) => [path, reason]),
    [
      ['a.ts', 'unreadable'],
      ['b.py', 'unreadable'],
      ['logo.png', 'binary'],
    ],
  );
});

test('a slice of a large file, named by its label, counts as the file', async (t) => {
  const folder = tempFolder(t);
  const lines = Array.from(
    { length: 6000 },
    (_, at) => `export const value${at} = compute(${at}, 'some words');`,
  );
  writeFileSync(join(folder, 'c.ts'), lines.join('\n'));
  const { conclave, heard } = await panelOf(
    t,
    [
      {
        name: 'one',
        say: (text) => {
          const [file = '', line = ''] = /c\.ts \(lines (\d+) to \d+ of \d+\)/.exec(text) ?? [];
          return JSON.stringify({ summary: '.', issues: [{ ...issue(Number(line), `From ${line}`), file }] });
        },
      },
    ],
    folder,
  );
  const { issues, warnings } = await conclave.codereview({ files: ['c.ts'], model: 'one/m' });
  assert.ok(heard.length > 1);
  assert.deepEqual(new Set(issues.map(({ file }) => file)), new Set(['c.ts']));
  assert.doesNotMatch(warnings.join(), /not shown/);
});

test('files that the question mentions are reviewed if nothing has changed, else named in a warning', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'src/db.ts': 'query("SELECT " + id);\n', 'other.ts': 'a\n' });
  repository.commit();
  const { conclave, heard } = await panelOf(t, [{ name: 'one', say: () => clean }], repository.folder);
  const prompt = 'Audit src/db.ts, please.';
  const model = 'one/m';
  const review = async (run: Promise<{ readonly text: string; readonly warnings: readonly string[] }>) => {
    const asked = heard.length;
    const { text, warnings } = await run;
    const sent = heard
      .slice(asked)
      .map((one) => one.text)
      .join();
    return { text, warnings: warnings.join(' '), isSent: sent.includes('SELECT') };
  };
  for (const tool of [conclave.secaudit, conclave.codereview]) {
    const { warnings, isSent } = await review(tool({ prompt, model }));
    assert.ok(isSent);
    assert.match(
      warnings,
      /No changes were found, so the files that the question mentions .*: src\/db\.ts\./,
    );
  }
  const changesOnly = [
    () => conclave.precommit({ prompt, model }),
    () => conclave.codereview({ prompt, model, include: ['staged'] }),
  ];
  for (const run of changesOnly) {
    const { text, isSent } = await review(run());
    assert.ok(!isSent);
    assert.match(text, /Nothing to review/);
  }
  repository.write({ 'other.ts': 'b\n' });
  const { warnings, isSent } = await review(conclave.secaudit({ prompt, model }));
  assert.ok(!isSent);
  assert.match(warnings, /Only changes were reviewed.*: src\/db\.ts\. Name it in "files"/);
  repository.write({ 'src/db.ts': 'query("SELECT " + name);\n' });
  assert.equal((await review(conclave.secaudit({ prompt, model }))).warnings, '');
});

test('a folder that the question mentions is named in a warning only if nothing in it has changed', async (t) => {
  const repository = gitRepository(t);
  const inner = { 'src/lib/a.ts': 'a\n', 'src/lib/b.ts': 'b\n', 'src/old/c.ts': 'c\n', 'docs/d.md': 'd\n' };
  repository.write(inner);
  repository.commit();
  repository.write({ 'src/lib/a.ts': 'changed\n' });
  renameSync(join(repository.folder, 'src/old/c.ts'), join(repository.folder, 'src/c.ts'));
  const { conclave } = await panelOf(t, [{ name: 'one', say: () => clean }], repository.folder);
  const warningsOf = async (prompt: string) =>
    (await conclave.codereview({ prompt, model: 'one/m' })).warnings.join(' ');
  assert.equal(await warningsOf('Review my changes in src/lib/ before I commit.'), '');
  assert.equal(await warningsOf('Review src/, also what left src/old/.'), '');
  assert.match(
    await warningsOf('Review src/lib/ and docs/.'),
    /Only changes were reviewed\. The question mentions what has none: docs\. Name it in "files"/,
  );
});

test('without changes, a folder or many files that the question mentions are not reviewed unless "files" names them', async (t) => {
  const repository = gitRepository(t);
  const names = Array.from({ length: 7 }, (_, at) => `src/f${at}.ts`);
  repository.write(Object.fromEntries(names.map((name) => [name, `const in_${name.slice(4, 6)} = 1;\n`])));
  repository.commit();
  const { conclave, heard } = await panelOf(t, [{ name: 'one', say: () => clean }], repository.folder);
  const review = (prompt: string) => conclave.codereview({ prompt, model: 'one/m' });
  const folder = await review('Review my changes in src/ before I commit.');
  assert.deepEqual(heard, []);
  assert.match(folder.text, /Nothing to review/);
  assert.match(
    folder.warnings.join(),
    /Not reviewed, though the question mentions it: src\. Name it in "files"/,
  );

  const many = await review(`Review ${names.join(' ')}`);
  const sent = heard.map(({ text }) => text).join();
  assert.ok(sent.includes('in_f4') && !sent.includes('in_f5'));
  assert.match(many.warnings.join(), /though the question mentions it: src\/f5\.ts, src\/f6\.ts\./);
});

test('a change cannot hide a file from its own review with a mark that it brings along', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.ts': 'a\n' });
  repository.commit();
  repository.write({ '.gitattributes': '*.ts linguist-generated\n', 'b.ts': 'exec(process.env.CMD)\n' });
  repository.git('add', '--all');
  const { conclave, heard } = await panelOf(t, [{ name: 'one', say: () => clean }], repository.folder);
  const result = await conclave.precommit({ include: ['staged'] });
  assert.ok(heard.some(({ text }) => text.includes('process.env.CMD')));
  assert.ok(result.warnings.some((warning) => /only this change marks them so: b\.ts/.test(warning)));

  const long = 'export const value = compute(1, 2, 3);\n'.repeat(10_000);
  repository.write({ 'b.ts': long });
  repository.git('add', '--all');
  const { ready, complete } = await conclave.precommit({ include: ['staged'] });
  assert.deepEqual([ready, complete], [false, false]);
});
