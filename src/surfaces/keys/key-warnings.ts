import type { App } from '../../app.ts';
import { matchesPattern } from '../../core/names/matches-pattern.ts';
import type { KeySettings } from '../../core/stores/stores.ts';

/** Warns about settings of a key that have no effect here. */
export function keyWarnings(
  app: Pick<App, 'models' | 'keys'>,
  { models = [], routing }: Pick<KeySettings, 'models' | 'routing'>,
): string[] {
  const unheard = app.keys.unpursuedGoal(routing);
  return [...unmatchedModels(app, models), ...(unheard === undefined ? [] : [unheard])];
}

/** Returns the patterns that match no known model. A pattern may name an unlisted model of a provider. */
function unmatchedModels(app: Pick<App, 'models'>, patterns: readonly string[]): string[] {
  if (patterns.length === 0) return [];
  const ids = app.models.catalogue.models().map(({ id }) => id);
  const providers = app.models.found.map(({ provider }) => `${provider.id}/`);
  return patterns
    .filter(
      (pattern) =>
        !ids.some((id) => matchesPattern(id, pattern)) &&
        !providers.some((provider) => pattern.startsWith(provider)),
    )
    .map(
      (pattern) =>
        `models: "${pattern}" matches no model available here; write ids or patterns such as openai/*`,
    );
}
