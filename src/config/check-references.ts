import { ConclaveError } from '../core/errors.ts';
import { nearestNames } from '../core/nearest-names.ts';
import { checkFallbacks, type Known } from './check-fallbacks.ts';
import type { Config } from './schema.ts';

/**
 * Asks whether every name of a model in the config means one, every provider of a deployment is there, and every tool of a
 * rule.
 * @throws ConclaveError `configuration` that names the key, the value and the nearest names.
 */
export function checkReferences(
  config: Config,
  {
    providers,
    tools,
    ...known
  }: Known & {
    readonly providers: ReadonlySet<string>;
    readonly tools: readonly string[];
  },
): void {
  for (const alias of Object.keys(config.aliases)) {
    if (!isOurs(alias)) continue;
    throw new ConclaveError('configuration', `aliases.${alias}: "${alias}" is a name of Conclave's own`);
  }
  for (const [at, { provider }] of config.deployments.entries()) {
    if (provider === undefined || providers.has(provider)) continue;
    const [nearest] = nearestNames(provider, providers);
    const remedy = nearest ? `did you mean "${nearest}"?` : 'add it under providers';
    throw new ConclaveError(
      'configuration',
      `deployments.${at}.provider: the provider ${provider} is not configured; ${remedy}`,
    );
  }
  for (const [at, { when }] of config.routing.rules.entries()) {
    const unknown = [when?.tool ?? []].flat().find((tool) => !tools.includes(tool));
    if (unknown === undefined) continue;
    const [nearest] = nearestNames(unknown, tools);
    const remedy = nearest ? `did you mean "${nearest}"?` : `known: ${tools.join(', ')}`;
    throw new ConclaveError(
      'configuration',
      `routing.rules.${at}.when.tool: there is no tool "${unknown}"; ${remedy}`,
    );
  }
  if (config.routing.classifier?.model === 'cascade') {
    const message =
      'routing.classifier.model: a cascade asks several; name one model, or a tier as auto:economy';
    throw new ConclaveError('configuration', message);
  }
  const references: [place: string, name: string][] = [
    ['routing.default', config.routing.default],
    ...(config.routing.classifier
      ? [['routing.classifier.model', config.routing.classifier.model] satisfies [string, string]]
      : []),
    ...Object.keys(config.aliases).map((alias): [string, string] => [`aliases.${alias}`, alias]),
    ...Object.entries(config.routing.fallbacks).flatMap(([pattern, names]) =>
      names.map((name): [string, string] => [`routing.fallbacks.${pattern}`, name]),
    ),
    ...config.deployments.flatMap(({ model }, i): [string, string][] =>
      model.includes('*') ? [] : [[`deployments.${i}.model`, model]],
    ),
  ];
  for (const [place, name] of references) {
    try {
      known.resolve(name);
    } catch (error) {
      if (!(error instanceof ConclaveError)) throw error;
      throw new ConclaveError('configuration', `${place}: ${error.message}`, { cause: error });
    }
  }
  checkFallbacks(config.routing.fallbacks, known);
}

/** Such a name means what it always does, whatever an alias says. */
function isOurs(name: string): boolean {
  return name === '' || name === 'auto' || name === 'cascade' || name.startsWith('auto:');
}
