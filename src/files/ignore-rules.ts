import { lstat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { LeftOut } from './left-out.ts';
import { readInside, type FileRefusal, type ReadLimits } from './read-file.ts';
import { shownPath, type Roots } from './roots.ts';

/** The `.gitignore` rules that apply in a folder: its own and those of its parent folders, starting at a root. */
export type IgnoreRules = readonly { readonly folder: string; readonly rules: Ignore }[];

/** The rules that apply in a folder, and each `.gitignore` that was found but not applied. */
export type FoundRules = { readonly rules: IgnoreRules; readonly leftOut: readonly LeftOut[] };

/** More than any person wrote: each line costs memory and, for every file, time. */
const limits: ReadLimits = { maxBytes: 512 * 1024 };

/** Reads the rules of every folder from `root` down to `folder`. */
export async function ignoreRulesOf(roots: Roots, root: string, folder: string): Promise<FoundRules> {
  const below = relative(root, folder).split(sep).filter(Boolean);
  let found = await withRulesOf(roots, [], root);
  let at = root;
  for (const name of below) {
    at = join(at, name);
    const { rules, leftOut } = await withRulesOf(roots, found.rules, at);
    found = { rules, leftOut: [...found.leftOut, ...leftOut] };
  }
  return found;
}

/** Returns `rules` plus those of `folder` itself. */
export async function withRulesOf(roots: Roots, rules: IgnoreRules, folder: string): Promise<FoundRules> {
  const path = join(folder, '.gitignore');
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined || stats.isDirectory()) return { rules, leftOut: [] };
  // Git does not follow one either, and its target may be outside of the repository.
  if (stats.isSymbolicLink()) return { rules, leftOut: [notApplied(linkRefusal(shownPath(roots, path)))] };
  const file = await readInside(roots, path, limits);
  if (!file.ok) return { rules, leftOut: [notApplied(file)] };
  return { rules: [...rules, { folder, rules: ignore().add(file.data.toString()) }], leftOut: [] };
}

/** Follows git: the deepest `.gitignore` with a matching rule decides. */
export function isIgnored(rules: IgnoreRules, path: string, isFolder: boolean): boolean {
  for (const { folder, rules: own } of rules.toReversed()) {
    const name = relative(folder, path).split(sep).join('/') + (isFolder ? '/' : '');
    const { ignored, unignored } = own.test(name);
    if (ignored || unignored) return ignored;
  }
  return false;
}

function linkRefusal(path: string): FileRefusal {
  return { ok: false, path, reason: 'not-a-file', detail: `${path} is a link, not a file` };
}

function notApplied({ path, reason, detail }: FileRefusal): LeftOut {
  return { path, reason, detail: `${detail}; its rules are not applied` };
}
