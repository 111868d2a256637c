import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { watchLongestWork } from '../../test/support/longest-work.ts';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { collectFiles } from './collect-files.ts';
import { listFiles } from './list-files.ts';
import { openRoots } from './roots.ts';

/** The roots of clients without file access, which send content inline. */
const noRoots = { folders: [] };

const project = {
  '.gitignore': 'dist/\n*.log\n!keep.log\n',
  '.env': 'KEY=1',
  'README.md': '# App',
  'debug.log': 'noise',
  'keep.log': 'kept',
  'dist/app.js': 'built',
  'node_modules/x/index.js': 'theirs',
  'package-lock.json': '{}',
  'src/main.ts': 'main',
  'src/.gitignore': '/local.ts\n!special.log\n',
  'src/local.ts': 'local',
  'src/special.log': 'special',
  'src/deep/util.ts': 'util',
  'src/logo.png': Buffer.from([0, 1, 2]),
};

test('a folder yields its files without those that git ignores, and the rest is listed with a reason', async (t) => {
  const roots = await openRoots([tempFolder(t, project)]);
  const { files, leftOut } = await collectFiles(roots, ['.']);
  assert.deepEqual(
    files.map(({ path }) => path),
    [
      '.gitignore',
      'README.md',
      'keep.log',
      'src/.gitignore',
      'src/deep/util.ts',
      'src/main.ts',
      'src/special.log',
    ],
  );
  assert.deepEqual(Object.fromEntries(leftOut.map(({ path, reason }) => [path, reason])), {
    '.env': 'forbidden',
    'debug.log': 'ignored',
    'dist/': 'ignored',
    'node_modules/': 'dependencies',
    'package-lock.json': 'lock-file',
    'src/local.ts': 'ignored',
    'src/logo.png': 'binary',
  });
});

test('a glob selects files by name, from the root or from a folder', async (t) => {
  const roots = await openRoots([tempFolder(t, project)]);
  const names = async (glob: string) => (await collectFiles(roots, [glob])).files.map(({ path }) => path);
  assert.deepEqual(await names('**/*.ts'), ['src/deep/util.ts', 'src/main.ts']);
  assert.deepEqual(await names('src/*.ts'), ['src/main.ts']);
  assert.deepEqual(await names('src/{deep,other}/*'), ['src/deep/util.ts']);
  await assert.rejects(names('src/*.rb'), { code: 'not_found', message: /nothing matches src\/\*\.rb/ });
});

test('a file named directly is read even if git ignores it, and only once if it is named twice', async (t) => {
  const roots = await openRoots([tempFolder(t, project)]);
  const { files } = await collectFiles(roots, ['dist/app.js', './dist/app.js', 'package-lock.json']);
  assert.deepEqual(
    files.map(({ path }) => path),
    ['dist/app.js', 'package-lock.json'],
  );
});

test('text given inline needs no roots', async () => {
  const { files } = await collectFiles(noRoots, [{ path: 'a.ts', text: 'x' }]);
  assert.deepEqual(files, [{ path: 'a.ts', text: 'x' }]);
});

test('a file that cannot be read is an error that names it', async (t) => {
  const folder = tempFolder(t, { 'app/.env': 'A=1', 'app/a.png': Buffer.from([0]), 'b.ts': '' });
  const roots = await openRoots([join(folder, 'app')]);
  await assert.rejects(collectFiles(roots, ['gone.ts']), { code: 'not_found', message: /gone\.ts/ });
  await assert.rejects(collectFiles(roots, ['../b.ts']), { code: 'permission', message: /outside/ });
  await assert.rejects(collectFiles(roots, ['..']), { code: 'permission', message: /outside/ });
  await assert.rejects(collectFiles(roots, ['../*.ts']), { code: 'permission' });
  await assert.rejects(collectFiles(roots, ['.env']), { code: 'permission', message: /secrets/ });
  await assert.rejects(collectFiles(roots, ['a.png']), { code: 'invalid_request', message: /binary/ });
  await assert.rejects(collectFiles(noRoots, ['a.ts']), { code: 'permission', message: /inline/ });
});

test('links are not followed out of a folder or in circles', async (t) => {
  const folder = tempFolder(t, { 'app/a.ts': 'a', 'outside/b.ts': 'b' });
  symlinkSync('../outside', join(folder, 'app/out'));
  symlinkSync('.', join(folder, 'app/self'));
  const roots = await openRoots([join(folder, 'app')]);
  const { files } = await collectFiles(roots, ['.', '**/*.ts']);
  assert.deepEqual(files, [{ path: 'a.ts', text: 'a' }]);
});

test('more files than the limit are cut off and counted', async (t) => {
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`f${n}.ts`, 'x']));
  const roots = await openRoots([tempFolder(t, many)]);
  const { files, leftOut } = await collectFiles(roots, ['.'], { maxFiles: 10 });
  assert.equal(files.length, 10);
  assert.match(leftOut[0]?.detail ?? '', /^2 more files/);
});

test('a glob that takes too long to match is refused', async (t) => {
  const roots = await openRoots([tempFolder(t, { ['a'.repeat(60)]: 'x', '.gitignore': '' })]);
  const stars = `${'*a'.repeat(10)}*b`;
  const slow = ['{a,b}'.repeat(16), stars, '{1..100000000}', `*${'+(a|aa)'.repeat(30)}b`];
  for (const glob of slow) {
    await assert.rejects(
      collectFiles(roots, [glob]),
      { code: 'invalid_request', message: /takes too long/ },
      glob,
    );
  }
});

test('a glob that is longer than the matcher takes is refused, and the error shows its beginning', async (t) => {
  const roots = await openRoots([tempFolder(t, { 'a.ts': 'a' })]);
  const stars = (length: number) => collectFiles(roots, ['*'.repeat(length)]);
  assert.equal((await stars(65_536)).files.length, 1);
  await assert.rejects(stars(65_537), {
    code: 'invalid_request',
    details: { param: 'files' },
    message: /^Matching the glob "\*{200}…" is not possible: it has more than 65,536 characters\.$/,
  });
});

test('a glob that takes too long to compile, which nothing can stop, is refused at once', async (t) => {
  const roots = await openRoots([tempFolder(t, { 'src/a.ts': 'a', 'src/b.test.ts': 'b' })]);
  const names = async (glob: string) => (await collectFiles(roots, [glob])).files.map(({ path }) => path);
  const slow = [
    'src/' + '!(a|b)*'.repeat(10),
    'src/' + '{!,@}(a|b)*'.repeat(10),
    '@('.repeat(2) + 'a)!(a|b)*)' + '!(a|b)*'.repeat(9),
    `!(${'a|'.repeat(100)}b)*`.repeat(3),
    '+('.repeat(14) + '*a' + ')x'.repeat(14),
    '?(a)'.repeat(5_000),
    `*${'[[:alpha:]]'.repeat(5_900)}`,
  ];
  for (const glob of slow) {
    const before = process.threadCpuUsage();
    await assert.rejects(names(glob), {
      code: 'invalid_request',
      details: { param: 'files' },
      message:
        /^The glob ".{10,200}…?" takes too long to compile; use fewer groups such as !\(a\|b\), alternatives in them and classes such as \[:alpha:\]\.$/,
    });
    assert.ok(process.threadCpuUsage(before).user < 100_000, glob.slice(0, 50));
  }
  const routeGroups = await openRoots([
    tempFolder(t, { 'app/(auth)/page.ts': 'p', 'app/(docs)/page.ts': 'p' }),
  ]);
  const groups = ['(auth)', '(blog)', '(shop)', '(admin)', '(main)', '(legal)'].join(',');
  const { files } = await collectFiles(routeGroups, [`app/{${groups}}/**/*.ts`]);
  assert.deepEqual(
    files.map(({ path }) => path),
    ['app/(auth)/page.ts'],
  );
  assert.deepEqual(await names('src/!(*.test|*.spec).@(ts|tsx|mts|cts)'), ['src/a.ts']);
  assert.deepEqual(await names(`**/!(${'generated-file|'.repeat(40)}*.test).ts`), ['src/a.ts']);
  assert.deepEqual(await names('**/!(a|c)*!(d|e).+(test|spec).[[:alpha:]]s'), ['src/b.test.ts']);
});

test('an error shows the beginning of a long name', async (t) => {
  const roots = await openRoots([tempFolder(t, { 'src/a.ts': 'a' })]);
  const long = 'x'.repeat(50_000);
  for (const name of [long, `src/*${long}`, `${long}/*`]) {
    const message = /^Cannot read \S{200}…: (?:nothing matches \S{200}…|\S{200}… does not exist)\.$/;
    await assert.rejects(collectFiles(roots, [name]), { code: 'not_found', message });
  }
});

test('ordinary globs and rules are applied to a tree of 5,000 folders', async (t) => {
  const rules = { '.gitignore': '*.log\n/dist/\n', 'f7/.gitignore': '*.md\n' };
  const sources = Array.from({ length: 5_000 }, (_, n) => [`f${n}/src/a.ts`, ''] as const);
  const folder = tempFolder(t, {
    ...rules,
    ...Object.fromEntries(sources),
    'f7/b.md': '',
    'f8/b.md': '',
    'x.log': '',
  });
  const roots = await openRoots([folder]);
  const count = async (glob: string) => {
    const { files, leftOut } = await listFiles(roots, folder, { glob, maxFiles: 100_000 });
    return [files.length, leftOut.map(({ path }) => path)];
  };
  assert.deepEqual(await count('**/*.ts'), [5_000, []]);
  assert.deepEqual(await count('**/src/**/{a,b}.*'), [5_000, []]);
  assert.deepEqual(await count('**/*.{md,log}'), [1, ['f7/b.md', 'x.log']]);
});

test('a .gitignore whose rules take too long to apply is an error that names it', async (t) => {
  const deep = `below/${'a/'.repeat(60)}c`;
  for (const folder of ['/**/a', '/**/[a\u{2028}]', '/**/[a\r]']) {
    const rules = `${folder.repeat(14)}/**/b\n`;
    const roots = await openRoots([tempFolder(t, { [deep]: 'x', 'below/.gitignore': rules })]);
    await assert.rejects(collectFiles(roots, ['.']), {
      code: 'invalid_request',
      message: /below\/\.gitignore/,
    });
  }
});

test('rules that are short take no more time than others if there are many files, and others have their turn meanwhile', async (t) => {
  const { roots } = await nestedRules(t, 1_000);
  const longestWork = watchLongestWork();
  await assert.rejects(collectFiles(roots, ['.']), { code: 'invalid_request', message: /\.gitignore/ });
  const cancelled = AbortSignal.timeout(300);
  await assert.rejects(collectFiles(roots, ['.'], { signal: cancelled }), { code: 'cancelled' });
  const workMs = longestWork();
  assert.ok(workMs < 1_000, `the longest turn took ${workMs} ms`);
});

test('a .gitignore with a pattern that is too large is an error that names it', async (t) => {
  const roots = await openRoots([tempFolder(t, { 'a.ts': 'a', '.gitignore': 'a'.repeat(100_000) })]);
  await assert.rejects(collectFiles(roots, ['.']), {
    code: 'invalid_request',
    message: /^Matching the rules of \.gitignore is not possible/,
  });
});

test('the folders that one call names share the time for their rules', async (t) => {
  const { roots, deepest } = await nestedRules(t, 1);
  const spellings = Array.from({ length: 30 }, (_, n) => `${deepest}${'./'.repeat(n)}`);
  assert.equal((await collectFiles(roots, spellings.slice(0, 1))).files.length, 2);
  await assert.rejects(collectFiles(roots, spellings), {
    code: 'invalid_request',
    message: /takes too long/,
  });
});

/** Nested folders with many short rules each; the deepest has files whose names take long to match. */
async function nestedRules(t: TestContext, count: number) {
  const rules = Array.from({ length: 490 }, (_, n) => `${'*a*b'.repeat(6)}*z${n}`).join('\n');
  const nested = Array.from({ length: 10 }, (_, depth) => 'd/'.repeat(depth));
  const deepest = nested.at(-1) ?? '';
  const files = Array.from({ length: count }, (_, n) => [`${deepest}${'ab'.repeat(100)}${n}`, ''] as const);
  const folder = tempFolder(t, {
    ...Object.fromEntries(nested.map((at) => [`${at}.gitignore`, rules])),
    ...Object.fromEntries(files),
  });
  return { roots: await openRoots([folder]), deepest };
}

test('a .gitignore that is a link or a pipe is neither followed nor waited for, as in git, and is listed', async (t) => {
  const folder = tempFolder(t, {
    'main.ts': 'main',
    rules: '*.ts\n',
    'below/.gitignore': '*.ts\n',
    'below/other.ts': '',
  });
  const roots = await openRoots([folder]);
  const place = join(folder, '.gitignore');
  const plant: Record<string, () => void> = {
    'a pipe': () => execFileSync('mkfifo', [place]),
    'a link': () => symlinkSync('rules', place),
    'a link ': () => symlinkSync('/dev/zero', place),
  };
  for (const [kind, make] of Object.entries(plant)) {
    make();
    const { files, leftOut } = await collectFiles(roots, ['.']);
    assert.deepEqual(
      files.map(({ path }) => path),
      ['below/.gitignore', 'main.ts', 'rules'],
    );
    const [refused, ignored] = leftOut;
    assert.deepEqual([refused?.path, refused?.reason], ['.gitignore', 'not-a-file']);
    assert.equal(refused?.detail, `.gitignore is ${kind.trim()}, not a file; its rules are not applied`);
    assert.deepEqual([ignored?.path, ignored?.reason], ['below/other.ts', 'ignored']);
    rmSync(place);
  }
});

test('the rules of a .gitignore above the folder that is read are not applied if it is a link', async (t) => {
  const folder = tempFolder(t, { rules: '*.ts\n', 'below/main.ts': 'main' });
  symlinkSync('rules', join(folder, '.gitignore'));
  const { files, leftOut } = await collectFiles(await openRoots([folder]), ['below']);
  assert.deepEqual(
    files.map(({ path }) => path),
    ['below/main.ts'],
  );
  assert.deepEqual(
    leftOut.map(({ path }) => path),
    ['.gitignore'],
  );
});
