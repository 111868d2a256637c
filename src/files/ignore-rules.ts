import { lstat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { shownNames } from '../core/names/shown-names.ts';
import type { LeftOut } from './left-out.ts';
import type { MatchingTime } from './matching-time.ts';
import { readInside, type FileRefusal, type ReadLimits } from './read-file.ts';
import { shownPath, type Roots } from './roots.ts';

/** The `.gitignore` rules that apply in a folder: its own and those of its parent folders, starting at a root. */
export type IgnoreRules = {
  readonly deepestFirst: readonly RuleFile[];
  /** Each `.gitignore` of this folder, and of those above it at the start, that was found but not applied. */
  readonly notApplied: readonly LeftOut[];
  readonly time: MatchingTime;
};

type RuleFile = { readonly path: string; readonly folder: string; readonly rules: Ignore };

/** More than any person wrote: each line costs memory and, for every file, time. */
const limits: ReadLimits = { maxBytes: 512 * 1024 };

/** Some thousand rules for each file. */
const perItemMs = 0.5;

/** Reads the rules of every folder from the root of `folder` down to it. */
export async function ignoreRulesOf(
  roots: Roots,
  { root, folder }: { readonly root: string; readonly folder: string },
  time: MatchingTime,
): Promise<IgnoreRules> {
  const below = relative(root, folder).split(sep).filter(Boolean);
  let rules = await withRulesOf(roots, { deepestFirst: [], notApplied: [], time }, root);
  let at = root;
  for (const name of below) {
    at = join(at, name);
    const next = await withRulesOf(roots, rules, at);
    rules = { ...next, notApplied: [...rules.notApplied, ...next.notApplied] };
  }
  return rules;
}

/** Returns `rules` plus those of `folder` itself. */
export async function withRulesOf(roots: Roots, rules: IgnoreRules, folder: string): Promise<IgnoreRules> {
  const read = await readRules(roots, folder, rules.time);
  if (read === undefined) return { ...rules, notApplied: [] };
  if ('reason' in read) return { ...rules, notApplied: [read] };
  return { ...rules, deepestFirst: [read, ...rules.deepestFirst], notApplied: [] };
}

/**
 * Returns those of the entries that are ignored. Follows git: the deepest `.gitignore` with a matching rule decides. To
 * limit the time costs a fifth of a millisecond, so the entries of many folders are better passed together.
 * @throws ConclaveError `invalid_request` if the rules take too long to match.
 */
export async function ignoredAmong<T extends Entry>(
  entries: readonly T[],
  time: MatchingTime,
): Promise<ReadonlySet<T>> {
  const ruled = entries.filter(({ rules }) => rules.deepestFirst.length > 0);
  let [latest]: readonly Entry[] = ruled;
  const what = () => {
    const names = latest?.rules.deepestFirst.map(({ path }) => path) ?? [];
    return `the rules of ${shownNames(names, 3)}`;
  };
  return await time.select(ruled, { what, perItemMs }, (entry) => {
    latest = entry;
    return isIgnored(entry);
  });
}

/** A file or folder with its real path and the rules of the folder that it is in. */
type Entry = { readonly path: string; readonly isFolder: boolean; readonly rules: IgnoreRules };

function isIgnored({ path, isFolder, rules: { deepestFirst } }: Entry): boolean {
  for (const { folder, rules } of deepestFirst) {
    const name = relative(folder, path).split(sep).join('/') + (isFolder ? '/' : '');
    const { ignored, unignored } = rules.test(name);
    if (ignored || unignored) return ignored;
  }
  return false;
}

async function readRules(
  roots: Roots,
  folder: string,
  time: MatchingTime,
): Promise<RuleFile | LeftOut | undefined> {
  const place = join(folder, '.gitignore');
  const path = shownPath(roots, place);
  const stats = await lstat(place).catch(() => undefined);
  if (stats === undefined || stats.isDirectory()) return undefined;
  // Git does not follow one either, and its target may be outside of the repository.
  if (stats.isSymbolicLink()) {
    return notApplied({ ok: false, path, reason: 'not-a-file', detail: `${path} is a link, not a file` });
  }
  const file = await readInside(roots, place, limits);
  if (!file.ok) return notApplied(file);
  const text = file.data.toString();
  const rules = time.read({ what: () => `the rules of ${path}` }, () => ignore().add(text));
  return { path, folder, rules };
}

function notApplied({ path, reason, detail }: FileRefusal): LeftOut {
  return { path, reason, detail: `${detail}; its rules are not applied` };
}
