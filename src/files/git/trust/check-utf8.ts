import { ConclaveError } from '../../../core/errors.ts';
import { shortName } from '../../short-name.ts';

/**
 * Checks a name on the way to what git reads. Git takes the bytes as they are; read as text, those that are not UTF-8 are
 * all the same character, so another place than git's would be checked. `name` is what leads there, for the error.
 * @throws ConclaveError `permission`
 */
export function checkUtf8(place: string, name = place): void {
  if (!place.includes('\u{fffd}')) return;
  const message = `git reads ${JSON.stringify(shortName(name))}, a name that is not UTF-8, so it cannot be checked where it leads; rename it.`;
  throw new ConclaveError('permission', message);
}
