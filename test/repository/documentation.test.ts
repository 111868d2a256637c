import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
];

test('the index of the documentation lists every page', () => {
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
  const missing = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
  assert.deepEqual(
    missing.filter((page) => !index.includes(`(${page.slice('docs/'.length)})`)),
    [],
  );
});

test('every link between pages leads to an existing file and heading', () => {
  const dead = pages.flatMap(linksOf).filter(({ target, anchor }) => {
    if (!existsSync(target)) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
  });
  assert.deepEqual(dead.map(shownLink), []);
});

test('every link leads to a file of the package too: source code is named, not linked', () => {
  const pack = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root });
  const [{ files }]: [{ files: { path: string }[] }] = JSON.parse(pack.toString());
  const packed = new Set(files.map(({ path }) => path));
  const missing = pages
    .flatMap(linksOf)
    .filter(({ page, target }) => packed.has(page) && !packed.has(relative(root, target)));
  assert.deepEqual(missing.map(shownLink), []);
  for (const page of pages) assert.ok(packed.has(page), page);
  assert.deepEqual(
    [...packed].filter((path) => path.startsWith('examples/') && path.includes('.test.')),
    [],
  );
});

test('every source file that a page names exists', () => {
  const named = /`((?:src|bench|examples|fixtures|scripts|test)\/[\w./-]+)`/g;
  const missing = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(named)]
      .filter(([, path = '']) => !existsSync(join(root, path)))
      .map(([path]) => `${page}: ${path}`),
  );
  assert.deepEqual(missing, []);
});

type Link = {
  readonly page: string;
  readonly path: string;
  readonly anchor: string | undefined;
  readonly target: string;
};

function linksOf(page: string): Link[] {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/```[^]*?```/g, '');
  const links = text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g);
  return [...links].map(([, path = '', anchor]) => {
    const target = path === '' ? join(root, page) : resolve(dirname(join(root, page)), path);
    return { page, path, anchor, target };
  });
}

function shownLink({ page, path, anchor }: Link): string {
  return `${page}: ${path}${anchor === undefined ? '' : `#${anchor}`}`;
}

test('every model of a maker that a guide names is in the catalogue', () => {
  const generated = new Set(['docs/benchmarks.md', 'docs/models.md']);
  const known = readFileSync(join(root, 'docs/models.md'), 'utf8');
  const unknown = pages
    .filter((page) => !generated.has(page))
    .flatMap((page) =>
      [...readFileSync(join(root, page), 'utf8').matchAll(modelIds)].map(([id]) => `${page}: ${id}`),
    )
    .filter((named) => !known.includes(`\`${named.slice(named.indexOf(' ') + 1)}\``));
  assert.deepEqual(unknown, []);
});

/** Ids of models at their makers, but not of resellers' models, patterns or paths. */
const modelIds =
  /(?<![\w/.-])(?:anthropic\/claude|openai\/gpt|google\/gemini|deepseek\/deepseek)-[\w.-]*\w(?![*\w])/g;

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(path: string): Set<string> {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
