import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { realInside, type Roots } from '../../roots.ts';
import { mayLookInto } from './check-place.ts';
import { homeExpanded } from './named-place.ts';
import { runGit, type GitOptions } from '../run-git.ts';

type Setting = NonNullable<GitOptions['settings']>[number];

/**
 * Returns settings that override those of a repository's own configuration that are harmful: filters, which could run any
 * program, and files with attributes or, in a folder that is granted to a key, with what to ignore, which could be any
 * file, also one without an end. The user's own stay (LFS).
 */
export async function overrideSettings(roots: Roots, top: string, git: GitOptions): Promise<Setting[]> {
  const entries = await readEntries(git);
  const own = entries.filter(({ scope }) => scope !== 'global' && scope !== 'system');
  const settings = filterSettings(own);
  if (own.some(({ name }) => name === attributesFile))
    settings.push([attributesFile, usualFile(entries, attributesFile)]);
  const excludes = own.findLast(({ name }) => name === excludesFile);
  // Above the granted folder, its owner has set it.
  if (roots.areGranted && excludes && (await mayLookInto(roots, resolve(top, excludes.setIn)))) {
    const inside = await fileInside(roots, resolve(top, homeExpanded(excludes.value)));
    settings.push([excludesFile, inside ?? usualFile(entries, excludesFile)]);
  }
  return settings;
}

/** Git writes names of settings in lower case. */
const attributesFile = 'core.attributesfile';
const excludesFile = 'core.excludesfile';

type Entry = {
  readonly scope: string;
  /** A configuration file; relative to the top of the working tree if it is below it. */
  readonly setIn: string;
  readonly name: string;
  readonly value: string;
};

async function readEntries(git: GitOptions): Promise<Entry[]> {
  const pattern = '^(filter\\.|core\\.(attributes|excludes)file$)';
  const command = ['config', '--show-scope', '--show-origin', '-z', '--get-regexp', pattern];
  const fields = (await runGit(command, git)).stdout.toString().split('\0');
  const entries: Entry[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [scope = '', origin = '', entry = ''] = fields.slice(at, at + 3);
    // A value is absent if the file has none; a name holds no line break.
    const [name = '', ...lines] = entry.split('\n');
    entries.push({ scope, setIn: origin.replace(/^file:/, ''), name, value: lines.join('\n') });
  }
  return entries;
}

function filterSettings(own: readonly Entry[]): Setting[] {
  const filters = new Set(own.flatMap(({ name }) => /^filter\.(.*)\.[^.]*$/s.exec(name)?.[1] ?? []));
  return [...filters].flatMap((name): Setting[] => [
    [`filter.${name}.clean`, ''],
    [`filter.${name}.smudge`, ''],
    [`filter.${name}.process`, ''],
    [`filter.${name}.required`, 'false'],
  ]);
}

/** The user's own file, or where git looks if the user has set none. */
function usualFile(entries: readonly Entry[], name: typeof attributesFile | typeof excludesFile): string {
  const usual = entries.findLast((entry) => entry.scope === 'global' && entry.name === name);
  const { XDG_CONFIG_HOME: folder } = process.env;
  const file = name === attributesFile ? 'git/attributes' : 'git/ignore';
  return usual?.value ?? (folder ? join(folder, file) : `~/.config/${file}`);
}

/** Returns the real path of a file that is inside the roots. */
async function fileInside(roots: Roots, path: string): Promise<string | undefined> {
  const real = await realInside(roots, path);
  return real !== undefined && (await stat(real)).isFile() ? real : undefined;
}
