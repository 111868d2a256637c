import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { program } from '../../src/surfaces/cli/main.ts';

const root = join(import.meta.dirname, '../..');

/** `docs/cli.md` is written from the commands themselves. */
const pages = ['README.md', 'CONTRIBUTING.md', ...docs().filter((page) => page !== 'docs/cli.md')].map(
  (page) => ({ page, text: readFileSync(join(root, page), 'utf8') }),
);

test('every command and option that a page shows exists', async () => {
  const conclave = await program();
  const shown = everywhere(/(?:^|`|npm run -s conclave -- )conclave ([a-z][^`\n#]*)/gm);
  const wrong = shown.flatMap(({ page, found }) => {
    const problem = problemOf(conclave, found);
    return problem === undefined ? [] : [`${page}: conclave ${found.trim()}: ${problem}`];
  });
  assert.deepEqual(wrong, []);
  assert.ok(shown.length > 50);
});

test('every script of the package that a page names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const shown = everywhere(/\bnpm run (?:-s )?([a-z][\w:]*)/g);
  assert.deepEqual(
    shown.filter(({ found }) => !(found in scripts)),
    [],
  );
  assert.ok(shown.length > 20);
});

test('every file that a page names in a command or by a pattern exists', () => {
  const shown = everywhere(/[` ]((?:src|bench|examples|fixtures|scripts|test)\/[\w./*-]+\.ts)\b/g);
  assert.deepEqual(
    shown.filter(({ found }) => globSync(found, { cwd: root }).length === 0),
    [],
  );
  assert.ok(shown.some(({ found }) => found.includes('*')));
});

type Shown = { readonly page: string; readonly found: string };

function everywhere(pattern: RegExp): Shown[] {
  return pages.flatMap(({ page, text }) =>
    [...text.matchAll(pattern)].map(([, found = '']) => ({ page, found })),
  );
}

function docs(): string[] {
  return readdirSync(join(root, 'docs')).map((name) => `docs/${name}`);
}

/** Returns what is wrong with the words after `conclave`: no such command, or an option that it does not have. */
function problemOf(conclave: Command, shown: string): string | undefined {
  let command = conclave;
  for (const word of shown.trim().split(/\s+/)) {
    if (word === '|' || word === '&&') return undefined;
    const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (child) command = child;
    else if (command.commands.length > 0 && !word.startsWith('-')) return `there is no command ${word}`;
    const option = /^\[?(--?[a-z][\w-]*)/.exec(word)?.[1];
    if (option && !command.options.some(({ short, long }) => option === short || option === long))
      return `${command.name()} has no option ${option}`;
  }
  return undefined;
}
