import { ConclaveError } from '../core/errors.ts';
import type { Config } from './schema.ts';

/**
 * Asks whether every name of a model in the config means one.
 * @throws ConclaveError `configuration` that names the key, the value and the nearest names.
 */
export function checkReferences(config: Config, resolve: (name: string) => unknown): void {
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
      resolve(name);
    } catch (error) {
      if (!(error instanceof ConclaveError)) throw error;
      throw new ConclaveError('configuration', `${place}: ${error.message}`, { cause: error });
    }
  }
}
