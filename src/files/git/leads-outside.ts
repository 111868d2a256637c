import { ConclaveError } from '../../core/errors.ts';

/** The error of a `.git`, or of something in it, that leads to a place outside the roots; `what` leads there. */
export function leadsOutside(what: string): ConclaveError {
  const message = `${what} to a place outside the folders that may be read here. If it belongs to this repository, list that place in tools.roots next to this folder, or for a key in tools.keyRoots.`;
  return new ConclaveError('permission', message);
}
