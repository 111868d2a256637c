import { idSpelling } from '../../core/names/id-spelling.ts';
import type { ProviderNames } from '../../core/routing/preferences/provider-preferences.ts';

/** Returns the id that a provider's name in a request stands for. */
export function providerId(
  written: string,
  { ids, otherNames }: Pick<ProviderNames, 'ids' | 'otherNames'>,
): string | undefined {
  const plain = idSpelling(written);
  return [plain, otherNames.get(plain) ?? '', written].find((name) => ids.has(name));
}
