import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const page = readFileSync(join(import.meta.dirname, '../../docs/layout.md'), 'utf8');

/** The page's tables: the folders of `src`, and the subfolders within some of them. */
const [folderTable = '', roomTable = ''] = page.split('| folder | subfolders, in order |');

/**
 * Which folders a folder may import from, in addition to itself, according to the layout page. Tests may import
 * anything.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...tableOf(folderTable),
  'index.ts': ['core', 'app.ts', 'surfaces'],
};

/** The composition root: `app.ts` and the folder of its steps, which no other code may import. */
const root = new Set(['app.ts', 'composition']);

/**
 * The simulator must not share a bug with the code it checks: it imports only types from core, and what keeps the
 * patterns of callers from stopping the process.
 */
const typesOnly = new Set(['simulator']);
const openToAll = join(import.meta.dirname, '../../src/core/patterns/');

const src = join(import.meta.dirname, '../../src');

test('every import follows the import table', () => {
  const offences: string[] = [];
  for (const file of sourceFiles(src)) {
    const from = roomOf(file);
    if (root.has(from)) continue;
    for (const { target, typeOnly } of importsOf(file)) {
      const to = roomOf(target);
      if (to === from) continue;
      const isType = typeOnly || target.startsWith(openToAll);
      const allowed = mayImport[from]?.includes(to) && !(typesOnly.has(from) && !isType);
      // A surface may import types from anywhere; values reach it only through App.
      if (!allowed && !((from === 'surfaces' || from === 'index.ts') && typeOnly)) {
        offences.push(`${relative(src, file)} imports ${relative(src, target)}`);
      }
    }
  }
  assert.deepEqual(offences, []);
});

test('a subfolder imports only from the subfolders before it', () => {
  const ordered = [...roomTable.matchAll(/^\| `([\w/-]+)` \|([^|]*)\|([^|]*)\|/gm)];
  assert.ok(ordered.length >= 3);
  for (const [, folder = '', rooms = '', open = ''] of ordered) {
    const order = quotedNames(rooms);
    const openToAll = new Set(quotedNames(open).map((name) => join(src, folder, name)));
    assert.deepEqual(order.toSorted(), roomsIn(join(src, folder)), folder);
    const offences = sourceFiles(join(src, folder)).flatMap((file) => {
      const room = order.indexOf(roomOf(file, join(src, folder)));
      if (room < 0) return [];
      return importsThrough(openToAll, file)
        .map((target) => relative(join(src, folder), target))
        .filter((target) => !target.startsWith('..'))
        .filter((target) => !order.slice(0, room + 1).includes(target.split('/')[0] ?? ''))
        .filter((target) => target.endsWith('.ts'))
        .map((target) => `${relative(src, file)} imports ${target}`);
    });
    assert.deepEqual(offences, []);
  }
});

test('the layout page has a row for every folder, and no others', () => {
  const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(
    Object.keys(mayImport).toSorted(),
    [...folders.map(({ name }) => name), 'index.ts'].toSorted(),
  );
});

test('the files that the page says to change or add exist', () => {
  const repository = join(src, '..');
  const places = [...folderTable.matchAll(/^\| `([\w-]+)` \|[^|]*\|[^|]*\|([^|]*)\|/gm)].flatMap(
    ([, folder = '', words = '']) =>
      [...words.matchAll(/`([\w./-]+)`/g)].map(([, name = '']) => ({ folder, name })),
  );
  assert.ok(places.length > 5);
  const missing = places.filter(({ folder, name }) => {
    // A new folder comes with an `index.ts`.
    return (
      name !== 'index.ts' && ![join(src, folder), src, repository].some((at) => existsSync(join(at, name)))
    );
  });
  assert.deepEqual(missing, []);
});

/** Reads the rows of the page's table: the folder, and the names in its third column. */
function tableOf(page: string): Record<string, string[]> {
  const rows = page.matchAll(/^\| `([\w-]+)` \|[^|]*\|([^|]*)\|/gm);
  return Object.fromEntries([...rows].map(([, folder = '', names = '']) => [folder, quotedNames(names)]));
}

function quotedNames(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/** The subfolders of a folder that contain modules. */
function roomsIn(folder: string): string[] {
  return [...new Set(sourceFiles(folder).map((file) => roomOf(file, folder)))]
    .filter((name) => !name.endsWith('.ts'))
    .toSorted();
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): { target: string; typeOnly: boolean }[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(
    /(?:import|export)\s+(type\s)?[^;'"]*?from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g,
  );
  return [...statements].map(([, type, fromPath, dynamicPath]) => ({
    target: resolve(dirname(file), fromPath ?? dynamicPath ?? ''),
    typeOnly: type !== undefined,
  }));
}

/** The imports of a file; instead of an open file, what that file imports. */
function importsThrough(open: ReadonlySet<string>, file: string): string[] {
  const seen = new Set<string>();
  const reached = [file];
  for (const one of reached) {
    for (const { target } of importsOf(one)) {
      if (seen.has(target)) continue;
      seen.add(target);
      if (open.has(target)) reached.push(target);
    }
  }
  return [...seen].filter((target) => !open.has(target));
}

function roomOf(file: string, folder: string = src): string {
  return relative(folder, file).split('/')[0] ?? '';
}
