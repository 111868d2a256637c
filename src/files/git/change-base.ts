import { beginningOf, nameBefore, type FileChange } from '../diff/change.ts';
import { attributesAt, type GitAttributes } from './git-attributes.ts';
import { marksOf } from '../not-by-hand.ts';
import { defaultReadLimits } from '../read-file.ts';
import { idsInTree, readBlobs } from './blobs.ts';
import type { Repository } from './open-repository.ts';

/** What changes are compared with: a commit, or what a diff given as text shows of it. */
export type ChangeBase = {
  readonly attributes: GitAttributes;
  /** Whether there was a file or folder of this name. */
  has(path: string): boolean;
  /** Whether the text of a file, as far as it is known, marked it before its change. */
  wasMarkedInText(change: FileChange): boolean;
};

/** The names that a base will be asked for. */
export type NamesInBase = {
  /** Files whose attributes matter. */
  readonly attributes: readonly string[];
  /** Files and folders. */
  readonly present: readonly string[];
  /** Files whose text matters. */
  readonly texts: readonly string[];
};

/** Reads the base from a commit or tree. */
export async function commitBase(
  repository: Repository,
  commit: string,
  names: NamesInBase,
): Promise<ChangeBase> {
  const git = { ...repository.git, cwd: repository.top };
  const ids = await idsInTree(commit, [...new Set([...names.present, ...names.texts])], git);
  const marked = new Set<string>();
  const { maxBytes } = defaultReadLimits;
  const texts = names.texts.flatMap((name) => ids.get(name) ?? []);
  const read = (id: string, text: Buffer) => {
    if (isMarkedInText(text.toString())) marked.add(id);
  };
  await readBlobs(texts, { maxBytes, read }, git);
  return {
    attributes: await attributesAt(repository, commit, names.attributes),
    has: (path) => ids.has(path),
    wasMarkedInText: (change) => marked.has(ids.get(nameBefore(change)) ?? ''),
  };
}

/** Reads the base from the changes themselves. */
export function diffBase(changes: readonly FileChange[]): ChangeBase {
  const present = new Set<string>();
  for (const change of changes) {
    if (change.status === 'added' || change.status === 'copied') continue;
    const segments = nameBefore(change).split('/');
    for (let count = 1; count <= segments.length; count += 1) present.add(segments.slice(0, count).join('/'));
  }
  return {
    attributes: { generated: new Set(), withoutDiff: new Set() },
    has: (path) => present.has(path),
    wasMarkedInText: (change) => isMarkedInText(beginningOf(change.hunks, 'old')),
  };
}

function isMarkedInText(text: string): boolean {
  return marksOf('', text).length > 0;
}
