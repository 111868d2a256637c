import { wrongAt } from '../reading/wrong-at.ts';
import { ConclaveError } from '../../core/errors.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { isVirtualName, virtualModel } from '../../core/routing/preferences/virtual-model.ts';
import { checkDeployments, type DeploymentTargets } from './check-deployments.ts';
import { checkFallbacks, type KnownNames } from './check-fallbacks.ts';
import type { Config } from '../schema/config-schema.ts';

/**
 * Checks that every model name in the config, every provider of a deployment and every tool of a rule exists.
 * @throws ConclaveError `configuration` that names the key, the value and the nearest names.
 */
export function checkReferences(
  config: Config,
  {
    providers,
    tools,
    ...known
  }: KnownNames &
    DeploymentTargets & {
      readonly tools: readonly string[];
    },
): void {
  for (const alias of Object.keys(config.aliases)) {
    // Aliases cannot redefine virtual models; an empty name means the default.
    if (alias === '' || isVirtualName(alias))
      throw wrongAt(['aliases', alias], `"${alias}" is a name of Conclave's own`);
  }
  for (const [at, { when }] of config.routing.rules.entries()) {
    const unknown = [when?.tool ?? []].flat().find((tool) => !tools.includes(tool));
    if (unknown === undefined) continue;
    const problem = `there is no tool "${unknown}"; ${didYouMean(unknown, tools)}`;
    throw wrongAt(['routing', 'rules', at, 'when', 'tool'], problem);
  }
  if (virtualModel(config.routing.classifier?.model ?? '')?.policy !== undefined)
    throw wrongAt(
      ['routing', 'classifier', 'model'],
      'a cascade asks several; name one model, or a tier as auto:economy',
    );
  for (const { path, name } of references(config)) {
    try {
      known.resolve(name);
    } catch (error) {
      if (!(error instanceof ConclaveError)) throw error;
      throw wrongAt(path, error.message, error);
    }
  }
  checkDeployments(config, { resolve: known.resolve, providers });
  checkFallbacks(config.routing.fallbacks, known);
}

type Reference = { readonly path: readonly PropertyKey[]; readonly name: string };

function references({ routing, aliases, deployments }: Config): Reference[] {
  const { classifier, fallbacks } = routing;
  return [
    { path: ['routing', 'default'], name: routing.default },
    ...(classifier ? [{ path: ['routing', 'classifier', 'model'], name: classifier.model }] : []),
    ...Object.keys(aliases).map((alias) => ({ path: ['aliases', alias], name: alias })),
    ...Object.entries(fallbacks).flatMap(([pattern, names]) =>
      names.map((name) => ({ path: ['routing', 'fallbacks', pattern], name })),
    ),
    ...deployments.flatMap(({ model }, at) =>
      model.includes('*') ? [] : [{ path: ['deployments', at, 'model'], name: model }],
    ),
  ];
}
