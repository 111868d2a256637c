import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** The `.gitignore` rules that hold in a folder: its own and those of the folders above it, down from a root. */
export type IgnoreRules = readonly { readonly folder: string; readonly rules: Ignore }[];

/** The rules of every folder from `root` down to `folder`. */
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

/** `rules`, and those that `folder` itself adds. */
export async function withRulesOf(rules: IgnoreRules, folder: string): Promise<IgnoreRules> {
  const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => undefined);
  return text === undefined ? rules : [...rules, { folder, rules: ignore().add(text) }];
}

/** As git decides: the deepest `.gitignore` that says anything about a path has the last word. */
export function isIgnored(rules: IgnoreRules, path: string, isFolder: boolean): boolean {
  for (const { folder, rules: own } of rules.toReversed()) {
    const name = relative(folder, path).split(sep).join('/') + (isFolder ? '/' : '');
    const { ignored, unignored } = own.test(name);
    if (ignored || unignored) return ignored;
  }
  return false;
}
