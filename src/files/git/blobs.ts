import { runGit, zeroSeparated, gitText, type GitOptions } from './run-git.ts';

/** The ids of files, and of folders, by their names from the top of the repository. */
export type ObjectIds = ReadonlyMap<string, string>;

/** Finds those of the names that a commit or tree has. */
export async function idsInTree(tree: string, names: readonly string[], git: GitOptions): Promise<ObjectIds> {
  // With -t, a folder is listed even if a file below it is asked for as well.
  return await listedIds(['ls-tree', '-t', '-z', '--full-tree', tree], names, git);
}

/** Finds those of the names that are staged. */
export async function idsInIndex(names: readonly string[], git: GitOptions): Promise<ObjectIds> {
  return await listedIds(['ls-files', '-z', '--stage'], names, git);
}

export type BlobReading = {
  /** Of a larger blob, only this much is passed. */
  readonly maxBytes: number;
  /** Receives one blob at a time, so that they are not all in memory. */
  readonly read: (id: string, beginning: Buffer) => void;
};

/** Reads blobs with few git processes, however many they are. What git cannot read is skipped. */
export async function readBlobs(
  ids: Iterable<string>,
  { maxBytes, read }: BlobReading,
  git: GitOptions,
): Promise<void> {
  const distinct = [...new Set(ids)];
  if (distinct.length === 0) return;
  const wanted = { ...git, input: lines(distinct) };
  const checked = await runGit(
    ['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize)'],
    wanted,
  );
  const small: string[] = [];
  const large: string[] = [];
  for (const [, id = '', size] of checked.stdout.toString().matchAll(/^([0-9a-f]+) blob (\d+)$/gm)) {
    (Number(size) > Math.max(maxBytes, wholeBytes) ? large : small).push(id);
  }
  for (const id of large) {
    const { stdout } = await runGit(['cat-file', 'blob', id], { ...git, onlyFirst: maxBytes });
    if (stdout.length > 0) read(id, stdout.subarray(0, maxBytes));
  }
  if (small.length === 0) return;
  const take = batchReader({ maxBytes, read });
  await runGit(['cat-file', '--batch'], { ...git, input: lines(small), take });
}

/** To read a blob of this size to its end takes less time than a process of its own. */
const wholeBytes = 1024 * 1024;

/** Arguments may have this many characters on every system. */
const maxCharacters = 24_000;

async function listedIds(
  command: readonly string[],
  names: readonly string[],
  git: GitOptions,
): Promise<ObjectIds> {
  const ids = new Map<string, string>();
  for (const portion of portionsOf(names)) {
    for (const entry of zeroSeparated(await gitText([...command, '--', ...portion], git))) {
      // `<mode> blob <id>`, or for the index `<mode> <id> <stage>`.
      const tab = entry.indexOf('\t');
      const id = / ([0-9a-f]{40,64})(?: |$)/.exec(entry.slice(0, tab))?.[1];
      if (id !== undefined) ids.set(entry.slice(tab + 1), id);
    }
  }
  return ids;
}

function portionsOf(names: readonly string[]): string[][] {
  const portions: string[][] = [];
  let characters = Infinity;
  for (const name of names) {
    characters += name.length + 1;
    if (characters > maxCharacters) {
      portions.push([]);
      characters = name.length + 1;
    }
    portions.at(-1)?.push(name);
  }
  return portions;
}

function lines(ids: readonly string[]): string {
  return `${ids.join('\n')}\n`;
}

/** Splits what `git cat-file --batch` writes: `<id> blob <size>`, a line break, the blob, a line break. */
function batchReader({ maxBytes, read }: BlobReading): (piece: Buffer) => void {
  let head = '';
  let blob: { readonly id: string; readonly pieces: Buffer[]; kept: number; left: number } | undefined;
  return (piece) => {
    for (let at = 0; at < piece.length;) {
      if (blob === undefined) {
        const end = piece.indexOf(10, at);
        head += piece.toString('latin1', at, end < 0 ? piece.length : end);
        if (end < 0) return;
        at = end + 1;
        const [, id, size] = /^([0-9a-f]+) blob (\d+)$/.exec(head) ?? [];
        // The line break after the blob is taken along.
        if (id !== undefined) blob = { id, pieces: [], kept: 0, left: Number(size) + 1 };
        head = '';
        continue;
      }
      const part = piece.subarray(at, at + blob.left);
      const own = part.subarray(0, Math.min(blob.left - 1, maxBytes - blob.kept));
      if (own.length > 0) blob.pieces.push(own);
      blob.kept += own.length;
      blob.left -= part.length;
      at += part.length;
      if (blob.left > 0) continue;
      read(blob.id, Buffer.concat(blob.pieces));
      blob = undefined;
    }
  };
}
