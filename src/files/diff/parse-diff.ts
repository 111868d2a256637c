import { ConclaveError } from '../../core/errors.ts';
import type { LeftOut } from '../left-out.ts';
import type { DiffLine, FileChange, Hunk } from './change.ts';
import { namesOf, type DiffHeader } from './diff-names.ts';

export type ParsedDiff = {
  readonly changes: readonly FileChange[];
  /** Merges, of which a diff shows no change between two sides. */
  readonly leftOut: readonly LeftOut[];
  /** What could not be read as expected, one sentence each. */
  readonly warnings: readonly string[];
};

/**
 * Parses a unified diff: from git, from `diff -u`, or written by hand with slightly wrong line counts.
 * @throws ConclaveError `invalid_request` if the text contains no diff.
 */
export function parseDiff(text: string): ParsedDiff {
  const lines = text.split('\n');
  const changes: FileChange[] = [];
  const leftOut: LeftOut[] = [];
  const warnings: string[] = [];
  let at = 0;
  while (at < lines.length) {
    const start = at;
    const header = readHeader(lines, at);
    if (header === undefined) {
      const unmerged = /^\* Unmerged path (.+)$/.exec(bare(lines[at]))?.[1];
      if (unmerged !== undefined) leftOut.push(merge(unmerged, unresolved));
      at += 1;
      continue;
    }
    at = header.next;
    const hunks: Hunk[] = [];
    while (at < lines.length && lines[at]?.startsWith('@@')) {
      const hunk = readHunk(lines, at);
      if (hunk === undefined) break;
      at = hunk.next;
      hunks.push(hunk.hunk);
      if (hunk.warning) warnings.push(`${namesOf(header.fields).path}: ${hunk.warning}`);
    }
    if (header.fields.combined) leftOut.push(merge(namesOf(header.fields).path, combined));
    else changes.push(changeOf(header.fields, hunks));
    at = Math.max(at, start + 1);
  }
  if (changes.length === 0 && leftOut.length === 0 && text.trim() !== '') {
    const message = 'The text holds no unified diff; send the output of `git diff`.';
    throw new ConclaveError('invalid_request', message, { param: 'diff' });
  }
  const read = new Set(changes.map(({ path }) => path));
  return { changes, leftOut: leftOut.filter(({ path }) => !read.has(path)), warnings };
}

const unresolved = 'its merge conflict is not resolved; resolve it and run git add';
const combined = 'a merge of several parents is not read; resolve it, or compare with one parent';

function merge(path: string, detail: string): LeftOut {
  return { path, reason: 'merge', detail };
}

/** Reads the header of a file: `diff --git`, or just a pair of `---` and `+++`. */
function readHeader(
  lines: readonly string[],
  start: number,
): { fields: DiffHeader; next: number } | undefined {
  const first = bare(lines[start]);
  const isGit = /^diff --(?:git|cc|combined) /.test(first);
  if (!isGit && !(first.startsWith('--- ') && bare(lines[start + 1]).startsWith('+++ '))) return undefined;

  const fields: DiffHeader = {
    extended: new Map(),
    binary: false,
    combined: /^diff --(?:cc|combined)/.test(first),
  };
  if (isGit) fields.git = first.replace(/^diff --\w+ /, '');
  let at = isGit ? start + 1 : start;
  for (; at < lines.length; at += 1) {
    const line = bare(lines[at]);
    if (line.startsWith('@@') || line.startsWith('diff --')) break;
    if (line.startsWith('--- ')) fields.from = line.slice(4);
    else if (line.startsWith('+++ ')) fields.to = line.slice(4);
    else if (/^Binary files .* differ$|^GIT binary patch$/.test(line)) fields.binary = true;
    else {
      const known = extendedHeader.exec(line);
      if (known) fields.extended.set(known[1] ?? '', known[2] ?? '');
      else if (!fields.binary) break;
    }
  }
  return { fields, next: at };
}

const extendedHeader =
  /^(old mode|new mode|deleted file mode|new file mode|copy from|copy to|rename from|rename to|similarity index|dissimilarity index|index) (.*)$/;

function readHunk(
  lines: readonly string[],
  start: number,
): { hunk: Hunk; next: number; warning?: string } | undefined {
  const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/.exec(bare(lines[start]));
  if (!head) return undefined;
  const [, oldFrom, oldCount = '1', newFrom, newCount = '1', heading = ''] = head;
  const expected = { old: Number(oldCount), new: Number(newCount) };
  const seen = { old: 0, new: 0 };
  // For a side without lines, the hunk header names the line before it.
  let oldLine = Number(oldFrom) + (expected.old === 0 ? 1 : 0);
  let newLine = Number(newFrom) + (expected.new === 0 ? 1 : 0);
  const read: DiffLine[] = [];
  let at = start + 1;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const complete = seen.old >= expected.old && seen.new >= expected.new;
    if (line.startsWith('\\')) continue;
    if (complete && (!/^[ +-]/.test(line) || isSignature(lines, at))) break;
    if (startsFile(lines, at, complete)) break;
    // The final line break of the text, not an empty context line.
    if (line === '' && (complete || at === lines.length - 1)) break;
    if (line.startsWith('+')) read.push({ kind: 'added', text: line.slice(1), newLine });
    else if (line.startsWith('-')) read.push({ kind: 'removed', text: line.slice(1), oldLine });
    else if (line.startsWith(' ') || line === '' || line === '\r') {
      read.push({ kind: 'context', text: line.slice(1), oldLine, newLine });
    } else break;
    const { kind } = read.at(-1) ?? { kind: 'context' };
    if (kind !== 'added') {
      oldLine += 1;
      seen.old += 1;
    }
    if (kind !== 'removed') {
      newLine += 1;
      seen.new += 1;
    }
  }
  const hunk: Hunk = {
    oldStart: Number(oldFrom),
    oldLines: seen.old,
    newStart: Number(newFrom),
    newLines: seen.new,
    heading,
    lines: read,
  };
  const fits = seen.old === expected.old && seen.new === expected.new;
  const warning = `the hunk at line ${newFrom} promises ${expected.old} and ${expected.new} lines and has ${seen.old} and ${seen.new}`;
  return fits ? { hunk, next: at } : { hunk, next: at, warning };
}

/** The end of a mail that `git format-patch` wrote: dashes, and then the version of git. */
function isSignature(lines: readonly string[], at: number): boolean {
  const [dashes, signature = ''] = lines.slice(at, at + 2);
  return /^-- ?$/.test(bare(dashes)) && /^[^\s+@-]/.test(signature) && !signature.startsWith('diff --');
}

/**
 * In an incomplete hunk, `---` and `+++` may be changed lines; a following hunk header shows that they start a file.
 */
function startsFile(lines: readonly string[], at: number, complete: boolean): boolean {
  const [from, to, head] = lines.slice(at, at + 3);
  if (!from?.startsWith('--- ') || !to?.startsWith('+++ ')) return false;
  return complete || (head?.startsWith('@@ -') ?? false);
}

function changeOf(header: DiffHeader, hunks: readonly Hunk[]): FileChange {
  const { extended } = header;
  const { path, oldPath, added, deleted } = namesOf(header);
  const modes = {
    from: extended.get('old mode') ?? extended.get('deleted file mode'),
    to: extended.get('new mode') ?? extended.get('new file mode'),
  };
  const anyMode = modes.to ?? modes.from ?? extended.get('index')?.split(' ')[1];
  const status = added
    ? 'added'
    : deleted
      ? 'deleted'
      : extended.has('copy from')
        ? 'copied'
        : oldPath !== undefined
          ? 'renamed'
          : 'modified';
  return {
    path,
    status,
    kind: header.binary ? 'binary' : kindOfMode(anyMode),
    hunks,
    ...(oldPath === undefined ? {} : { oldPath }),
    ...(modes.from !== undefined && modes.to !== undefined
      ? { mode: { from: modes.from, to: modes.to } }
      : {}),
  };
}

function kindOfMode(mode: string | undefined): FileChange['kind'] {
  if (mode === '160000') return 'submodule';
  return mode === '120000' ? 'symlink' : 'text';
}

/** Strips the carriage return that some clients leave on a header line. */
function bare(line: string | undefined): string {
  return (line ?? '').replace(/\r$/, '');
}
