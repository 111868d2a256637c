import { join } from 'node:path';
import { runGit, type GitOptions } from './run-git.ts';

/**
 * Returns settings that override those of a repository's own configuration that are harmful: filters, which could run any
 * program, and a file with attributes, which could be any file, also one without an end. The user's own stay (LFS).
 */
export async function overrideSettings(git: GitOptions): Promise<NonNullable<GitOptions['settings']>> {
  const entries = await readEntries(git);
  const own = entries.filter(({ scope }) => scope !== 'global' && scope !== 'system');
  const filters = new Set(own.flatMap(({ name }) => /^filter\.(.*)\.[^.]*$/s.exec(name)?.[1] ?? []));
  const settings = [...filters].flatMap((name) => [
    [`filter.${name}.clean`, ''] as const,
    [`filter.${name}.smudge`, ''] as const,
    [`filter.${name}.process`, ''] as const,
    [`filter.${name}.required`, 'false'] as const,
  ]);
  if (!own.some(({ name }) => name === attributesFile)) return settings;
  const usual = entries.findLast(({ scope, name }) => scope === 'global' && name === attributesFile);
  return [...settings, [attributesFile, usual?.value ?? defaultAttributes()]];
}

/** Git writes names of settings in lower case. */
const attributesFile = 'core.attributesfile';

type Entry = { readonly scope: string; readonly name: string; readonly value: string };

async function readEntries(git: GitOptions): Promise<Entry[]> {
  const pattern = '^(filter\\.|core\\.attributesfile$)';
  const found = await runGit(['config', '--show-scope', '-z', '--get-regexp', pattern], git);
  const fields = found.stdout.toString().split('\0');
  const entries: Entry[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    // A value is absent if the file has none; a name holds no line break.
    const [name = '', ...lines] = (fields[at + 1] ?? '').split('\n');
    entries.push({ scope: fields[at] ?? '', name, value: lines.join('\n') });
  }
  return entries;
}

/** Where git looks if the user has set nothing. */
function defaultAttributes(): string {
  const { XDG_CONFIG_HOME: folder } = process.env;
  return folder ? join(folder, 'git/attributes') : '~/.config/git/attributes';
}
