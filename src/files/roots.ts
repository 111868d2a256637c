import { realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ConclaveError } from '../core/errors.ts';

/** The folders that a client may read from, as real paths. Without folders, the client has no file access. */
export type Roots = {
  readonly folders: readonly string[];
  /**
   * The first folder that relative paths are resolved against; inside one of the folders. Default: each folder in
   * order.
   */
  readonly base?: string;
  /**
   * The index file that git passed to the hook we run in: the content of the pending commit. Default: the repository's.
   */
  readonly indexFile?: string;
  /** The top of the working tree in which the hook runs or a command was typed, if the roots may lead to another one. */
  readonly workingTree?: string;
  /** True if the folders were granted to a key: others write them, and may not read the rest of this machine. */
  readonly areGranted?: boolean;
  /**
   * True if none were configured: the user's own working directory, or the repository around it. Its `.git` may lead
   * anywhere (`git clone --separate-git-dir`).
   */
  readonly areDefault?: boolean;
};

/**
 * Opens folders as roots.
 * @throws ConclaveError `configuration` if a root is missing or not a folder.
 */
export async function openRoots(folders: readonly string[]): Promise<Roots> {
  return { folders: dropNested(await Promise.all(folders.map(openRoot))) };
}

/**
 * Intersects the roots with the client's own folders. A client's folder that does not exist or is outside the roots
 * adds nothing: a client can narrow its access but never widen it.
 */
export async function narrowRoots(roots: Roots, clientFolders: readonly string[]): Promise<Roots> {
  const wanted = await Promise.all(clientFolders.map((folder) => realpath(folder).catch(() => undefined)));
  const inBoth = wanted
    .filter((folder) => folder !== undefined)
    .flatMap((folder) =>
      roots.folders.flatMap((root) =>
        isInside(root, folder) ? [folder] : isInside(folder, root) ? [root] : [],
      ),
    );
  const { areGranted, areDefault } = roots;
  return {
    folders: dropNested(inBoth),
    ...(areGranted && { areGranted }),
    ...(areDefault && { areDefault }),
  };
}

/** Returns the root that contains a real path, or `undefined`. */
export function rootOf(roots: Roots, realPath: string): string | undefined {
  return roots.folders.find((folder) => isInside(folder, realPath));
}

/** Returns the real path of a place, through all links, if it exists inside the roots. */
export async function realInside(roots: Roots, place: string): Promise<string | undefined> {
  const real = await realpath(place).catch(() => undefined);
  return real !== undefined && rootOf(roots, real) !== undefined ? real : undefined;
}

/**
 * Returns a real path as people and models see it: below its root, with forward slashes, without the machine's folders.
 */
export function shownPath(roots: Roots, realPath: string): string {
  const root = rootOf(roots, realPath);
  if (root === undefined) return basename(realPath);
  const below = relative(root, realPath).split(sep).join('/') || '.';
  return roots.folders.length === 1 ? below : `${basename(root)}/${below}`;
}

/** Returns the places that a written path may refer to, most likely first: absolute, below a root, or as shown. */
export function placesOf(roots: Roots, path: string): string[] {
  if (isAbsolute(path)) return [resolve(path)];
  const from = roots.base === undefined ? roots.folders : [roots.base, ...roots.folders];
  const below = [...new Set(from.map((folder) => resolve(folder, path)))];
  const asShown = roots.folders
    .filter((folder) => roots.folders.length > 1 && path.startsWith(`${basename(folder)}/`))
    .map((folder) => join(folder, path.slice(basename(folder).length + 1)));
  return [...below, ...asShown];
}

/** Returns the real folder inside the roots that a path names, if there is one. */
export async function folderAt(roots: Roots, path: string): Promise<string | undefined> {
  for (const place of placesOf(roots, path)) {
    const real = await realInside(roots, place);
    if (real !== undefined && (await stat(real)).isDirectory()) return real;
  }
  return undefined;
}

/** True if `path` is `folder` or below it. Both must be absolute and free of links. */
export function isInside(folder: string, path: string): boolean {
  if (path === folder) return true;
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function openRoot(folder: string): Promise<string> {
  const real = await realpath(folder).catch((cause: unknown) => {
    throw new ConclaveError('configuration', `The root ${folder} does not exist; name a folder.`, { cause });
  });
  if (!(await stat(real)).isDirectory()) {
    throw new ConclaveError('configuration', `The root ${folder} is not a folder; name the folder it is in.`);
  }
  return real;
}

function dropNested(folders: readonly string[]): string[] {
  const distinct = [...new Set(folders)];
  return distinct.filter((folder) => !distinct.some((other) => other !== folder && isInside(other, folder)));
}
