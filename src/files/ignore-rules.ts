import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** The `.gitignore` rules that apply in a folder: its own and those of its parent folders, starting at a root. */
export type IgnoreRules = readonly { readonly folder: string; readonly rules: Ignore }[];

/** Reads the rules of every folder from `root` down to `folder`. */
export async function ignoreRulesOf(root: string, folder: string): Promise<IgnoreRules> {
  const below = relative(root, folder).split(sep).filter(Boolean);
  let rules: IgnoreRules = await withRulesOf([], root);
  let at = root;
  for (const name of below) {
    at = join(at, name);
    rules = await withRulesOf(rules, at);
  }
  return rules;
}

/** Returns `rules` plus those of `folder` itself. */
export async function withRulesOf(rules: IgnoreRules, folder: string): Promise<IgnoreRules> {
  const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => undefined);
  return text === undefined ? rules : [...rules, { folder, rules: ignore().add(text) }];
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
