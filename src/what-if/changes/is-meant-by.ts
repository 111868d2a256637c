import type { Model } from '../../core/model.ts';
import { matchesPattern } from '../../core/names/matches-pattern.ts';

/** Whether a name (a provider, a family, or a pattern of ids) covers a model. */
export function isMeantBy(name: string, { id, provider, family }: Model): boolean {
  return name === provider || name === family || matchesPattern(id, name);
}
