import { appendAll } from '../core/lists/append-all.ts';
import { throwIfAborted } from '../core/streams/abort-error.ts';
import { withoutEnd } from '../core/patterns/without-end.ts';
import { collectFiles, type Collected } from './collect-files.ts';
import type { LeftOut, LeftOutReason } from './left-out.ts';
import type { NamedText } from './pack.ts';
import { matchingTime } from './matching-time.ts';
import { locate, readSource } from './read-file.ts';
import { folderAt, shownPath, type Roots } from './roots.ts';

/** More than any question names. */
const maxMentions = 200;

export type MentionOptions = {
  readonly signal?: AbortSignal;
  /** Folders are not read. */
  readonly filesOnly?: boolean;
};

/**
 * Reads the files and folders that a question names in its own words. Names in quoted text (fenced blocks, diffs) are
 * not read: that text may come from someone else. A name without a file is not an error: it may be any word with a dot.
 */
export async function collectMentioned(
  roots: Roots,
  question: string,
  { signal, filesOnly = false }: MentionOptions = {},
): Promise<Collected> {
  const files = new Map<string, NamedText>();
  const leftOut: LeftOut[] = [];
  const time = matchingTime(signal);
  for (const name of pathsIn(question)) {
    throwIfAborted(signal);
    const file = await readSource(roots, name);
    if (file.ok) files.set(file.path, { path: file.path, text: file.text });
    else if (file.reason === 'not-a-file' && name.includes('/')) {
      if (filesOnly) continue;
      const below = await collectFiles(roots, [name], { time, ...(signal && { signal }) }).catch(
        () => undefined,
      );
      for (const one of below?.files ?? []) files.set(one.path, one);
      appendAll(leftOut, below?.leftOut ?? []);
    } else if (!noFile.has(file.reason)) {
      const { ok: _, ...refused } = file;
      leftOut.push(refused);
    }
  }
  return { files: [...files.values()], leftOut };
}

const noFile: ReadonlySet<LeftOutReason> = new Set(['missing', 'no-roots', 'outside-roots', 'not-a-file']);

/** A file or folder inside the roots. */
export type Mention = { readonly path: string; readonly real: string; readonly isFolder: boolean };

/** Finds the files and folders that a question names, without reading them. */
export async function locateMentioned(roots: Roots, question: string): Promise<readonly Mention[]> {
  const mentions = new Map<string, Mention>();
  for (const name of pathsIn(question)) {
    const file = await locate(roots, name);
    const mayBeFolder = !file.ok && file.reason === 'not-a-file' && name.includes('/');
    const real = file.ok ? file.real : mayBeFolder ? await folderAt(roots, name) : undefined;
    if (real !== undefined) mentions.set(real, { path: shownPath(roots, real), real, isFolder: mayBeFolder });
  }
  return [...mentions.values()];
}

/** Finds words that may be paths: those with a dot or a slash, and anything in backticks. */
export function pathsIn(text: string): string[] {
  const [beforeDiff = ''] = text.split(/^(?:diff --git |--- \S|@@ -)/m);
  const own = beforeDiff.replaceAll(/^ {0,3}(`{3,}|~{3,})[^]*?(?:^ {0,3}\1|$(?![^]))/gm, '\n');
  const quoted = [...own.matchAll(/`([^`\n]+)`/g)].map(([, inside]) => inside ?? '');
  const words = own.match(/[^\s"'`()<>[\]{},;:|]+/g) ?? [];
  const names = [...quoted, ...words]
    .map((word) => withoutEnd(word, /[.!?]/).replace(/:\d+(?::\d+)?$/, ''))
    .filter((word) => /[./]/.test(word) && /[\p{L}\d]/u.test(word) && !word.includes('://'));
  return [...new Set(names)].slice(0, maxMentions);
}
