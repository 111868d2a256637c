import { constants, type Stats } from 'node:fs';
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import { decodeText, isBinaryForGit, looksBinary } from '../core/user-text/decode-text.ts';
import { forbiddenPath } from './forbidden-path.ts';
import type { LeftOut, LeftOutReason } from './left-out.ts';
import { placesOf, rootOf, shownPath, type Roots } from './roots.ts';
import { shortName } from './short-name.ts';
import { systemErrorCode } from '../core/system/system-error-code.ts';

/** A text file from inside the roots. */
export type SourceFile = {
  readonly ok: true;
  /** The path below its root, with forward slashes, as people and models see it. */
  readonly path: string;
  readonly text: string;
  readonly bytes: number;
  /** Set if the bytes were not UTF-8. */
  readonly encoding?: string;
};

/** A file that was not read. */
export type FileRefusal = LeftOut & { readonly ok: false };

export type ReadLimits = {
  readonly maxBytes: number;
  /** Returns the beginning of a larger file, which is otherwise refused. Default: false. */
  readonly onlyBeginning?: boolean;
  /** For changes: a picture or a PDF without a zero byte is text, as git shows its lines. Default: false. */
  readonly binaryAsInGit?: boolean;
};

/** Enough for any file that a person wrote. */
export const defaultReadLimits: ReadLimits = { maxBytes: 2 * 1024 * 1024 };

/**
 * Reads one text file, or says why not. Links are followed only to places inside the roots. The file that is read is
 * exactly the one that was checked: a path swapped between the two steps is refused.
 */
export async function readSource(
  roots: Roots,
  path: string,
  limits: ReadLimits = defaultReadLimits,
): Promise<SourceFile | FileRefusal> {
  const bytes = await readInside(roots, path, limits);
  if (!bytes.ok) return bytes;
  const isBinary = limits.binaryAsInGit ? isBinaryForGit : looksBinary;
  if (isBinary(bytes.data)) return refusal(bytes.path, 'binary', `${bytes.path} is binary`);
  const { text, encoding } = decodeText(bytes.data);
  const file = { ok: true, path: bytes.path, text, bytes: bytes.data.length } as const;
  return encoding === 'utf-8' ? file : { ...file, encoding };
}

export type FileBytes = { readonly ok: true; readonly path: string; readonly data: Buffer };

/** Reads a file like `readSource` does, for images and other binaries. */
export async function readInside(
  roots: Roots,
  path: string,
  limits: ReadLimits,
): Promise<FileBytes | FileRefusal> {
  const place = await locate(roots, path);
  if (!place.ok) return place;
  try {
    // Without O_NONBLOCK, opening a pipe that replaced the file would wait for a writer forever.
    const handle = await open(place.real, constants.O_RDONLY | noFollow | nonBlocking);
    try {
      return await readChecked(roots, place, handle, limits);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return refusal(
      place.path,
      'unreadable',
      `${place.path} cannot be read (${systemErrorCode(error) ?? 'unknown error'})`,
    );
  }
}

type Place = { readonly ok: true; readonly path: string; readonly real: string; readonly stats: Stats };

/** Finds the real file of a path and checks everything that can be checked without opening it. */
export async function locate(roots: Roots, path: string): Promise<Place | FileRefusal> {
  if (roots.folders.length === 0) {
    return refusal(path, 'no-roots', 'this client has no access to files; send their content inline');
  }
  if (path.includes('\0')) return refusal(path, 'missing', 'a path cannot hold a zero byte');
  for (const place of placesOf(roots, path)) {
    // The requested name is checked as well as the real one: a link called .env is refused like its target.
    const named = forbiddenPath(place);
    if (named !== undefined) return refusal(path, 'forbidden', named);
    const real = await realpath(place).catch(() => undefined);
    if (real === undefined) continue;
    if (rootOf(roots, real) === undefined) return outside(roots, path);
    const shown = shownPath(roots, real);
    const forbidden = forbiddenPath(real);
    if (forbidden !== undefined) return refusal(shown, 'forbidden', forbidden);
    const stats = await lstat(real).catch(() => undefined);
    if (stats === undefined) continue;
    if (!stats.isFile()) return refusal(shown, 'not-a-file', `${shown} is ${kindOf(stats)}, not a file`);
    return { ok: true, path: shown, real, stats };
  }
  // A caller must not learn which files exist outside the roots.
  const reachable = placesOf(roots, path).some((place) => rootOf(roots, place) !== undefined);
  if (!reachable) return outside(roots, path);
  // Names that are not UTF-8 are listed with this character, and cannot be opened by what was listed.
  if (path.includes('\u{fffd}')) {
    const detail = `${shortName(path)} does not exist, or its name is not UTF-8; rename it`;
    return refusal(path, 'unreadable', detail);
  }
  return refusal(path, 'missing', `${shortName(path)} does not exist`);
}

/** The path still resolves to itself and to the open file, so the open file is inside the roots. */
async function readChecked(
  roots: Roots,
  place: Place,
  handle: FileHandle,
  { maxBytes, onlyBeginning = false }: ReadLimits,
): Promise<FileBytes | FileRefusal> {
  const stats = await handle.stat();
  const again = await realpath(place.real);
  if (
    again !== place.real ||
    rootOf(roots, again) === undefined ||
    !stats.isFile() ||
    stats.ino !== place.stats.ino ||
    stats.dev !== place.stats.dev
  ) {
    return refusal(place.path, 'changed-while-reading', `${place.path} was replaced while it was being read`);
  }
  const data = await readUpTo(handle, maxBytes + 1);
  if (data.length <= maxBytes || onlyBeginning) {
    return { ok: true, path: place.path, data: data.subarray(0, maxBytes) };
  }
  const size = Math.max(stats.size, data.length);
  return {
    ...refusal(place.path, 'too-large', `${place.path} has ${size} bytes; the limit is ${maxBytes}`),
    tokens: Math.ceil(size / 4),
  };
}

/** Not `readFile`: memory must stay bounded if the file grows meanwhile. */
async function readUpTo(handle: FileHandle, maxBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let total = 0;
  while (total < maxBytes) {
    const piece = Buffer.alloc(Math.min(65_536, maxBytes - total));
    const { bytesRead } = await handle.read(piece, 0, piece.length);
    if (bytesRead === 0) break;
    pieces.push(piece.subarray(0, bytesRead));
    total += bytesRead;
  }
  return Buffer.concat(pieces);
}

function outside(roots: Roots, path: string): FileRefusal {
  const allowed = roots.folders.join(', ');
  return refusal(
    path,
    'outside-roots',
    `${shortName(path)} is outside the folders that may be read (${allowed})`,
  );
}

function refusal(path: string, reason: LeftOutReason, detail: string): FileRefusal {
  return { ok: false, path, reason, detail };
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isSocket()) return 'a socket';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSymbolicLink() ? 'a link' : 'a device';
}

// Both are absent on Windows.
const noFollow = constants.O_NOFOLLOW ?? 0;
const nonBlocking = constants.O_NONBLOCK ?? 0;
