import { ConclaveError, type ErrorCode } from '../../core/errors.ts';
import { matchesPattern } from '../../core/names/matches-pattern.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import type { DataPolicy } from '../../core/routing/preferences/provider-preferences.ts';

/**
 * Rejects an allow-list that names an unknown provider: it would allow nothing, and only local models would be left.
 * @throws ConclaveError with the given code, naming the place, the value and the nearest names.
 */
export function checkDataPolicy(
  allow: DataPolicy | undefined,
  {
    known,
    place,
    code,
  }: { readonly known: ReadonlySet<string>; readonly place: string; readonly code: ErrorCode },
): void {
  for (const pattern of allow?.providers ?? []) {
    if ([...known].some((id) => matchesPattern(id, pattern))) continue;
    const hint = didYouMean(pattern, known);
    throw new ConclaveError(code, `${place}: there is no provider "${pattern}"; ${hint}`, {
      param: 'allow',
      ...(code === 'configuration' && { configPath: place.split('.') }),
    });
  }
}
