import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConclaveError } from '../../../core/errors.ts';
import { realInside, type Roots } from '../../roots.ts';

/**
 * Checks a place that git opens because of what is in a folder. In a folder that others write, not even what kind of
 * thing a path leads to is told of places outside. The path is not normalized: after a link, `..` is above what it leads
 * to. `what` leads there, for the error.
 * @throws ConclaveError `permission` if this is a device or a pipe, or a link to one.
 */
export async function checkPlace(
  roots: Roots,
  { folder, path, what = 'A link in .git leads' }: { folder: string; path: string; what?: string },
): Promise<void> {
  if (roots.areGranted && (await leavesRoots(roots, folder, path))) throw leadsOutside(what);
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined || !isEndless(stats)) return;
  const message = `${path} is a device or a named pipe, which git would read without end; remove it.`;
  throw new ConclaveError('permission', message);
}

/** Whether a place exists and is inside the roots, or these are the user's own working directory. */
export async function mayLookInto(roots: Roots, place: string): Promise<boolean> {
  return roots.areDefault === true || (await realInside(roots, place)) !== undefined;
}

/** The error of a `.git`, or of something in it, that leads to a place outside the roots; `what` leads there. */
export function leadsOutside(what: string): ConclaveError {
  const message = `${what} to a place outside the folders that may be read here. If it belongs to this repository, list that place in tools.roots next to this folder, or for a key in tools.keyRoots.`;
  return new ConclaveError('permission', message);
}

/** Whether a link on the way from a folder that others write to this path leads out of the roots. */
async function leavesRoots(roots: Roots, folder: string, path: string): Promise<boolean> {
  // What does not exist is where the last link on its way leads.
  if (!(await lstat(path).catch(() => undefined))) return await leavesRoots(roots, folder, dirname(path));
  return (await mayLookInto(roots, folder)) && !(await mayLookInto(roots, path));
}

function isEndless(stats: Stats): boolean {
  return stats.isFIFO() || stats.isCharacterDevice() || stats.isBlockDevice();
}
