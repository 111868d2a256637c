import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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
  const dead: string[] = [];
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8').replaceAll(/```[^]*?```/g, '');
    for (const [, path = '', anchor] of text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      const target = path === '' ? join(root, page) : resolve(dirname(join(root, page)), path);
      if (!existsSync(target)) dead.push(`${page}: ${path}`);
      else if (anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor)) {
        dead.push(`${page}: ${path}#${anchor}`);
      }
    }
  }
  assert.deepEqual(dead, []);
});

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
