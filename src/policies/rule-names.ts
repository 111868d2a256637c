import type { Catalogue } from '../core/catalogue.ts';
import { ConclaveError } from '../core/errors.ts';
import type { RoutingPreferences } from '../core/routing/preferences/routing-preferences.ts';
import { isMeant } from './rules.ts';

/**
 * Returns the preferences with the names in their rules resolved: `opus`, an alias of the user's and `auto:frontier`
 * become what they stand for.
 */
export function withRuleNames<T extends RoutingPreferences>(preferences: T, catalogue: Catalogue): T {
  const { rules } = preferences;
  if (rules === undefined || rules.length === 0) return preferences;
  const named = rules.map((rule) => ({ ...rule, use: rule.use.map((name) => meantBy(name, catalogue)) }));
  return { ...preferences, rules: named };
}

/** An unknown name stays as it is: the check of the rules reports it. */
function meantBy(name: string, catalogue: Catalogue): string {
  if (catalogue.models().some((model) => isMeant(name, model))) return name;
  try {
    const resolution = catalogue.resolve(name);
    if (resolution.kind === 'model') {
      const { id } = resolution.model;
      // Without this check an error would quote the id of an unavailable model, which the user did not write.
      return catalogue.models().some((model) => model.id === id) ? id : name;
    }
    return resolution.localOnly ? 'local' : (resolution.tier ?? name);
  } catch (error) {
    if (error instanceof ConclaveError) return name;
    throw error;
  }
}
