import type { Catalogue } from '../core/catalogue.ts';
import { ConclaveError } from '../core/errors.ts';
import type { RoutingPreferences } from '../core/routing/routing-preferences.ts';
import { isMeant } from './rules.ts';

/** The same preferences, in whose rules names that people type (`opus`, an alias of theirs, `auto:frontier`) are what they stand for. */
export function withRuleNames<T extends RoutingPreferences>(preferences: T, catalogue: Catalogue): T {
  const { rules } = preferences;
  if (rules === undefined || rules.length === 0) return preferences;
  const named = rules.map((rule) => ({ ...rule, use: rule.use.map((name) => meantBy(name, catalogue)) }));
  return { ...preferences, rules: named };
}

/** A name that means nothing stays as it is: whoever checks the rules will say so. */
function meantBy(name: string, catalogue: Catalogue): string {
  if (catalogue.models().some((model) => isMeant(name, model))) return name;
  try {
    const resolution = catalogue.resolve(name);
    if (resolution.kind === 'model') {
      const { id } = resolution.model;
      // The id of a model that cannot be asked would be a name that nobody wrote.
      return catalogue.models().some((model) => model.id === id) ? id : name;
    }
    return resolution.localOnly ? 'local' : (resolution.tier ?? name);
  } catch (error) {
    if (error instanceof ConclaveError) return name;
    throw error;
  }
}
