import type { Call } from '../../../core/call.ts';
import type { RequestFeatures } from '../../../core/routing/request/request-features.ts';
import type { RoutingServices } from '../routing-services.ts';
import { codecsFor } from '../../deployments/access/usable-endpoints.ts';
import { isNamed } from '../choice/choice-of.ts';
import type { ModelChoice } from '../../route.ts';
import type { FilterContext } from './filter.ts';
import { dataPolicies } from '../data/provider-filters.ts';

/** What a call is filtered by. */
export type FilterInput = {
  readonly features: RequestFeatures;
  readonly call: Call;
  readonly choice: ModelChoice;
};

/** Collects what the filters look at. */
export function filterContext(
  engine: Pick<
    RoutingServices,
    'dialects' | 'embedders' | 'stats' | 'settings' | 'storedAnswers' | 'thoughtMakers'
  >,
  { features, call, choice }: FilterInput,
): FilterContext {
  const { settings, storedAnswers, thoughtMakers } = engine;
  const { principal, providerPreferences } = call;
  const codecs = codecsFor(engine, call.request);
  const strict = call.strict === true;
  return {
    features,
    principal,
    speaks: (dialect) => codecs.has(dialect),
    stats: engine.stats,
    allowed: dataPolicies(settings.allow, principal.allow),
    providerPreferences,
    isNamed: (model) => isNamed(choice, model),
    isOpen: choice.kind === 'open',
    strict,
    foreign: storedAnswers.notOf(call, { strangersToo: principal.owner !== true && !settings.foreignIds }),
    origin: storedAnswers.accountOf(call),
    thoughts: strict ? thoughtMakers.thoughtsOf(call) : undefined,
  };
}
