import { lstat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { shownNames } from '../core/names/shown-names.ts';
import type { LeftOut } from './left-out.ts';
import { matchingTime, type MatchingTime } from './matching-time.ts';
import { readInside, type FileRefusal, type ReadLimits } from './read-file.ts';
import { shownPath, type Roots } from './roots.ts';

/** The `.gitignore` rules that apply in a folder: its own and those of its parent folders, starting at a root. */
export type IgnoreRules = {
  readonly files: readonly RuleFile[];
  /** Each `.gitignore` of this folder, and of those above it at the start, that was found but not applied. */
  readonly notApplied: readonly LeftOut[];
  readonly within: MatchingTime;
};

type RuleFile = {
  readonly path: string;
  readonly folder: string;
  readonly rules: Ignore;
  /** True if matching takes a time that is known to be short. */
  readonly isPlain: boolean;
};

/** More than any person wrote: each line costs memory and, for every file, time. */
const limits: ReadLimits = { maxBytes: 512 * 1024 };

/** Some thousand rules for each file. */
const perPathMs = 0.5;

/** Reads the rules of every folder from `root` down to `folder`. */
export async function ignoreRulesOf(roots: Roots, root: string, folder: string): Promise<IgnoreRules> {
  const below = relative(root, folder).split(sep).filter(Boolean);
  const none: IgnoreRules = { files: [], notApplied: [], within: matchingTime(perPathMs) };
  let rules = await withRulesOf(roots, none, root);
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
  const read = await readRules(roots, folder, rules.within);
  if (read === undefined) return { ...rules, notApplied: [] };
  if ('reason' in read) return { ...rules, notApplied: [read] };
  return { ...rules, files: [...rules.files, read], notApplied: [] };
}

/**
 * Returns those of the paths that are ignored. Follows git: the deepest `.gitignore` with a matching rule decides.
 * @throws ConclaveError `invalid_request` if the rules take too long to match.
 */
export function ignoredAmong({ files, within }: IgnoreRules, entries: readonly Entry[]): ReadonlySet<string> {
  if (files.length === 0 || entries.length === 0) return new Set();
  const names = files.map(({ path }) => path).toReversed();
  const what = `the rules of ${shownNames(names, 3)}`;
  const deepestFirst = files.toReversed();
  const isIgnored = (entry: Entry) => decision(deepestFirst, entry);
  const match = () => new Set(entries.filter(isIgnored).map(({ path }) => path));
  // Limiting the time costs more than applying the usual rules to the few files of a folder.
  if (files.length <= maxPlainFiles && files.every(({ isPlain }) => isPlain)) return match();
  return within({ what, paths: entries.length }, match);
}

/** A file or folder with its real path. */
type Entry = { readonly path: string; readonly isFolder: boolean };

function decision(deepestFirst: readonly RuleFile[], { path, isFolder }: Entry): boolean {
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
  within: MatchingTime,
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
  const isPlain = areShortToMatch(text);
  const read = () => ignore().add(text);
  const rules = isPlain ? read() : within({ what: `the rules of ${path}`, paths: 1 }, read);
  return { path, folder, rules, isPlain };
}

const maxPlainFiles = 10;

/** Only several `**` in one rule multiply the ways to match a path; without them, its time grows with the rule's length. */
function areShortToMatch(text: string): boolean {
  // As `ignore` splits them: a line may hold other line separators.
  const lines = text.split(/\r?\n/);
  return text.length <= 16_384 && lines.length <= 500 && lines.every((line) => line.split('**').length <= 2);
}

function notApplied({ path, reason, detail }: FileRefusal): LeftOut {
  return { path, reason, detail: `${detail}; its rules are not applied` };
}
