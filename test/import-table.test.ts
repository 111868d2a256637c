import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

/** Who may import whom, besides itself. Tests may import anything. */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  config: ['core'],
  models: ['core'],
  dialects: ['core'],
  providers: ['core', 'dialects'],
  transport: ['core'],
  telemetry: ['core'],
  diagnosis: ['core'],
  policies: ['core'],
  balancing: ['core'],
  learning: ['core'],
  acceptance: ['core', 'learning'],
  'what-if': ['core'],
  guardrails: ['core'],
  money: ['core'],
  storage: ['core'],
  engine: ['core'],
  prompts: ['core'],
  files: ['core'],
  threads: ['core'],
  tools: ['core', 'engine', 'prompts', 'files', 'threads'],
  workflows: ['core', 'engine', 'files'],
  evals: ['core', 'engine', 'files'],
  simulator: ['core'],
  surfaces: ['core', 'dialects', 'app.ts'],
  'index.ts': ['core', 'app.ts', 'surfaces'],
};

/** The composition root: `app.ts`, and the folder of its steps, which nobody else may look into. */
const root = new Set(['app.ts', 'composition']);

/** The simulator must not share a mistake with what it checks: of core it sees types only. */
const typesOnly = new Set(['simulator']);

const src = join(import.meta.dirname, '../src');

test('every import follows the table of who may import whom', () => {
  const offences: string[] = [];
  for (const file of sourceFiles(src)) {
    const from = roomOf(file);
    if (root.has(from)) continue;
    for (const { target, typeOnly } of importsOf(file)) {
      const to = roomOf(target);
      if (to === from) continue;
      const allowed = mayImport[from]?.includes(to) && !(typesOnly.has(from) && !typeOnly);
      // A surface may name the types of everything; values reach it through App.
      if (!allowed && !((from === 'surfaces' || from === 'index.ts') && typeOnly)) {
        offences.push(`${relative(src, file)} imports ${relative(src, target)}`);
      }
    }
  }
  assert.deepEqual(offences, []);
});

test('every folder of the source has a row in the table', () => {
  const rooms = readdirSync(src).filter((name) => !root.has(name));
  assert.deepEqual(
    rooms.filter((room) => !(room in mayImport) && !room.endsWith('.test.ts')),
    [],
  );
});

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

function roomOf(file: string): string {
  return relative(src, file).split('/')[0] ?? '';
}
