import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { conclave, environment } from '../support/command-line.ts';
import { gitRepository } from '../support/git-repository.ts';
import { tempFolder, writeFiles } from '../support/temp-folder.ts';

/** Has a critical defect on a critical path that the simulated reviewers recognise. */
const defective = `const db = require('./db');
exports.find = (req, res) =>
  db.query("SELECT * FROM users WHERE id = " + req.query.id, (err, rows) => res.send(rows));
`;

test('precommit --install stops a commit with a critical issue, keeps an earlier hook, and can be undone', async (t) => {
  const repository = gitRepository(t);
  const place = { folder: repository.folder, home: tempFolder(t) };
  const hook = join(repository.folder, '.git/hooks/pre-commit');
  mkdirSync(join(hook, '..'), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\necho ran >> earlier-hook-ran\n');
  chmodSync(hook, 0o755);

  const set = await conclave(['precommit', '--install', '--simulate', '--fail-on', 'critical'], place);
  assert.equal(set.code, 0, set.stderr);
  assert.match(set.stdout, /hook set: .*pre-commit, after .*before-conclave/);
  const again = await conclave(['precommit', '--install', '--simulate', '--fail-on', 'critical'], place);
  assert.equal(again.code, 0, again.stderr);

  const commit = (...more: string[]) => {
    try {
      repository.git('-c', 'core.hooksPath=.git/hooks', 'commit', '--quiet', '--message', 'change', ...more);
      return 'committed';
    } catch (error) {
      return String(error);
    }
  };
  // Conclave is not on the path: the hook finds the one that installed it, with the same data folder.
  const home = process.env['CONCLAVE_HOME'];
  process.env['CONCLAVE_HOME'] = place.home;
  t.after(() => {
    if (home === undefined) delete process.env['CONCLAVE_HOME'];
    else process.env['CONCLAVE_HOME'] = home;
  });

  repository.write({ 'src/auth/users.js': defective });
  repository.git('add', '--all');
  assert.match(commit(), /commit stopped/);
  assert.match(readFileSync(join(repository.folder, 'earlier-hook-ran'), 'utf8'), /ran/);
  repository.write({ 'src/auth/users.js': 'exports.one = 1;\n' });
  repository.git('add', '--all');
  assert.equal(commit(), 'committed');
  // With `--all`, git gives the hook its own index, whose content differs from the repository's.
  repository.write({ 'src/auth/users.js': defective });
  assert.match(commit('--all'), /commit stopped/);
  repository.git('checkout', '--', '.');

  const removed = await conclave(['precommit', '--uninstall'], place);
  assert.match(removed.stdout, /the previous hook is restored/, removed.stderr);
  assert.match(readFileSync(hook, 'utf8'), /earlier-hook-ran/);
  assert.equal(existsSync(`${hook}.before-conclave`), false);
  const twice = await conclave(['precommit', '--uninstall'], place);
  assert.equal(twice.code, 2);
  assert.match(twice.stderr, /not a hook of ours/);
});

test('without a provider the hook reports that nothing was reviewed, and asks no simulated model', async (t) => {
  const repository = gitRepository(t);
  const place = { folder: repository.folder, home: tempFolder(t) };
  const set = await conclave(['precommit', '--install'], place);
  assert.equal(set.code, 0, set.stderr);
  repository.write({ 'src/auth/users.js': defective });
  repository.git('add', '--all');
  const ran = spawnSync('/bin/sh', [join(repository.folder, '.git/hooks/pre-commit')], {
    cwd: repository.folder,
    env: { ...environment(place.home), PATH: '/usr/bin:/bin' },
    encoding: 'utf8',
  });
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stdout, '');
  assert.match(ran.stderr, /No provider: .*\n.*NOT REVIEWED/);
  const { stdout } = await conclave(['costs', '--json'], place);
  assert.match(stdout, /"calls":0/);
});

test('a hook whose Conclave is gone reports that, and that nothing was reviewed', async (t) => {
  const repository = gitRepository(t);
  const hook = join(repository.folder, '.git/hooks/pre-commit');
  const set = await conclave(['precommit', '--install'], { folder: repository.folder, home: tempFolder(t) });
  assert.equal(set.code, 0, set.stderr);
  const text = readFileSync(hook, 'utf8');
  assert.ok(text.includes(process.execPath), 'the hook contains the path of the Node that installed it');
  writeFileSync(hook, text.replace('bin.ts', 'gone.ts'));
  const ran = spawnSync('/bin/sh', [hook], {
    cwd: repository.folder,
    env: { PATH: '/usr/bin:/bin' },
    encoding: 'utf8',
  });
  assert.equal(ran.status, 0);
  assert.match(
    ran.stderr,
    /NOT REVIEWED: .*gone\.ts, which set this hook, is gone; run conclave precommit --install/,
  );
});

test('where the configured folders do not allow a review, the hook says that nothing was reviewed and lets the commit go on', async (t) => {
  const elsewhere = gitRepository(t);
  elsewhere.write({ 'src/auth/users.js': defective });
  elsewhere.git('add', '--all');
  const separate = join(tempFolder(t), 'work');
  spawnSync('git', ['init', '--quiet', `--separate-git-dir=${join(tempFolder(t), 'apart')}`, separate]);
  const whole = gitRepository(t).folder;
  const places = [
    { folder: separate, roots: [separate], says: /The \.git in .* leads to a place outside the folders/ },
    { folder: whole, roots: [elsewhere.folder], says: /is not inside the folders of tools\.roots/ },
  ];
  for (const { folder, roots, says } of places) {
    const place = { folder, home: tempFolder(t) };
    const set = await conclave(['precommit', '--install', '--simulate'], place);
    assert.equal(set.code, 0, set.stderr);
    writeFiles(folder, {
      'conclave.yaml': `tools: { roots: ${JSON.stringify(roots)} }\n`,
      'src/auth/users.js': defective,
    });
    const ran = commitIn(place);
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(ran.stderr, says);
    assert.match(ran.stderr, /NOT REVIEWED/);
  }
});

test('the hook reviews a repository of which only a folder may be read, wherever the configuration lists that folder', async (t) => {
  const other = gitRepository(t).folder;
  const { folder, write } = gitRepository(t);
  const place = { folder, home: tempFolder(t) };
  write({
    'packages/a/index.js': '',
    'conclave.yaml': `tools: { roots: ${JSON.stringify([other, join(folder, 'packages/a')])} }\n`,
  });
  const set = await conclave(['precommit', '--install', '--simulate'], place);
  assert.equal(set.code, 0, set.stderr);
  assert.match(set.stdout, new RegExp(`hook set: ${folder}/`));
  write({ 'packages/a/src/auth/users.js': defective });
  const ran = commitIn(place);
  assert.equal(ran.status, 1, ran.stderr);
  assert.match(ran.stdout + ran.stderr, /users\.js[^]*commit stopped/);
});

test('in a hook outside the configured folders, only what reads the repository is refused', async (t) => {
  const allowed = gitRepository(t);
  const { folder, git, write } = gitRepository(t);
  write({ 'src/auth/users.js': defective });
  git('add', '--all');
  const config = join(tempFolder(t), 'conclave.yaml');
  writeFileSync(config, `tools: { roots: ${JSON.stringify([allowed.folder])} }\n`);
  const place = {
    folder,
    home: tempFolder(t),
    env: { CONCLAVE_CONFIG: config, GIT_INDEX_FILE: '.git/index' },
  };
  const asked = await conclave(['challenge', '--simulate', 'Tabs are better.'], place);
  assert.equal(asked.code, 0, asked.stderr);
  const diff = git('diff', '--cached');
  const given = await conclave(['codereview', '--simulate', '--diff', '-'], { ...place, input: diff });
  assert.equal(given.code, 1, given.stderr);
  const refused = await conclave(['codereview', '--simulate'], place);
  assert.equal(refused.code, 3, refused.stderr);
  assert.match(refused.stderr, /is not inside the folders of tools\.roots/);
});

test('--install refuses a repository that the configured folders do not contain', async (t) => {
  const allowed = gitRepository(t);
  const { folder, write } = gitRepository(t);
  write({ 'conclave.yaml': `tools: { roots: ${JSON.stringify([allowed.folder])} }\n` });
  const set = await conclave(['precommit', '--install', '--simulate'], { folder, home: tempFolder(t) });
  assert.equal(set.code, 2, set.stdout);
  assert.match(set.stderr, /is not inside the folders of tools\.roots/);
  assert.equal(existsSync(join(allowed.folder, '.git/hooks/pre-commit')), false);
});

test('a fault of the configuration stops the commit', async (t) => {
  const { folder, write } = gitRepository(t);
  const place = { folder, home: tempFolder(t) };
  const set = await conclave(['precommit', '--install', '--simulate'], place);
  assert.equal(set.code, 0, set.stderr);
  write({ 'conclave.yaml': 'tols: {}\n' });
  const faulty = commitIn(place);
  assert.equal(faulty.status, 1, faulty.stderr);
  assert.match(faulty.stderr, /unknown key "tols"/);
});

test('the hook reviews its own repository, although the configuration lists another folder first', async (t) => {
  const first = gitRepository(t);
  const own = gitRepository(t);
  const place = { folder: own.folder, home: tempFolder(t) };
  own.write({ 'conclave.yaml': `tools: { roots: ${JSON.stringify([first.folder, own.folder])} }\n` });
  const set = await conclave(['precommit', '--install', '--simulate'], place);
  assert.equal(set.code, 0, set.stderr);
  assert.equal(existsSync(join(own.folder, '.git/hooks/pre-commit')), true);
  own.write({ 'src/auth/users.js': defective });
  const ran = commitIn(place);
  assert.equal(ran.status, 1, ran.stderr);
  assert.match(ran.stdout + ran.stderr, /users\.js[^]*commit stopped/);
});

test('the hook reviews with the options and the configuration that were named below the top of the repository', async (t) => {
  const { folder, write } = gitRepository(t);
  const home = tempFolder(t);
  write({ 'below/own.yaml': 'routing: { retries: 0 }\n' });
  const limits = ['--max-cost-usd', '0.5', '--max-latency-ms', '60000', '--severity', 'low'];
  const options = [
    '--install',
    '--simulate',
    '--config',
    'own.yaml',
    '--fail-on',
    'low',
    '--no-verify',
    ...limits,
  ];
  const set = await conclave(['precommit', ...options], { folder: join(folder, 'below'), home });
  assert.equal(set.code, 0, set.stderr);
  const hook = readFileSync(join(folder, '.git/hooks/pre-commit'), 'utf8');
  const [written] = /.* review .*/.exec(hook) ?? [''];
  for (const word of [
    '--max-cost-usd=0.5',
    '--max-latency-ms=60000',
    '--severity=low',
    '--fail-on=low',
    '--no-verify',
  ])
    assert.ok(written.includes(` ${word}`), written);
  write({ 'key.js': 'const password = "hunter2secret";\n' });
  const ran = commitIn({ folder, home });
  assert.match(ran.stdout + ran.stderr, / key\.js:1[^]*commit stopped/);
  assert.equal(ran.status, 1, ran.stderr);
  write({ 'below/own.yaml': 'tols: {}\n' });
  assert.match(commitIn({ folder, home }).stderr, /own\.yaml[^]*unknown key "tols"/);
});

test('--install accepts what the hook does anyway', async (t) => {
  const { folder } = gitRepository(t);
  const hook = join(folder, '.git/hooks/pre-commit');
  const place = { folder, home: tempFolder(t) };
  const plain = await conclave(['precommit', '--install'], place);
  assert.equal(plain.code, 0, plain.stderr);
  const written = readFileSync(hook, 'utf8');
  const set = await conclave(['precommit', '--include', 'staged', '--format', 'text', '--install'], place);
  assert.equal(set.code, 0, set.stderr);
  assert.equal(readFileSync(hook, 'utf8'), written);
});

test('--install refuses what the hook would not keep to', async (t) => {
  const { folder } = gitRepository(t);
  for (const given of [
    ['--checks', 'syntax'],
    ['--model', 'haiku'],
    ['--files', 'a.js'],
    ['--include', 'unstaged'],
    ['--include', 'staged', 'untracked'],
    ['--format', 'sarif'],
    ['look'],
  ]) {
    const set = await conclave(['precommit', ...given, '--install'], { folder, home: tempFolder(t) });
    assert.equal(set.code, 2, set.stderr);
    assert.match(set.stderr, /--install does not accept/);
  }
  assert.equal(existsSync(join(folder, '.git/hooks/pre-commit')), false);
});

/** Commits everything, as somebody does who has no Conclave on the path. */
function commitIn({ folder, home }: { readonly folder: string; readonly home: string }) {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  const options = {
    cwd: folder,
    encoding: 'utf8',
    env: { ...environment(home), PATH: '/usr/bin:/bin' },
  } as const;
  spawnSync('git', ['add', '--all'], options);
  return spawnSync('git', [...identity, 'commit', '--quiet', '--message', 'change'], options);
}
