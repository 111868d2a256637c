import type { Catalogue } from '../core/catalogue.ts';
import { ConclaveError } from '../core/errors.ts';
import { matchesAny } from '../core/names/matches-pattern.ts';
import { didYouMean } from '../core/names/did-you-mean.ts';
import type { KeyRouting, RoutingPreferences } from '../core/routing/preferences/routing-preferences.ts';
import type { Policy } from '../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import { goalOf, ignoredGoalWarning } from '../core/routing/preferences/ignored-goal.ts';
import { policies } from './index.ts';
import { preferKnownCapability } from './prefer-known-capability.ts';
import { checkRules, doubtsOfRules, ruledElse } from './rules.ts';
import { stayInConversation } from './stay-in-conversation.ts';
import { tierFirst } from './tier-first.ts';
import weighted from './weighted.ts';

/**
 * Returns a function that finds a call's policy: the one that its model name asks for, otherwise the preferred one. In
 * either case the user's rules precede the policy, and within what either allows a conversation stays with its model if
 * that pays. `learning` wraps the policy `learned`.
 */
export function policyFinder(learning: (policy: Policy) => Policy): (features: RequestFeatures) => Policy {
  const asConfigured = new Map(
    policies.map((policy) => [policy.name, led(policy.name === 'learned' ? learning(policy) : policy)]),
  );
  return ({ asked: { policy }, preferences }) => {
    const name = policy ?? preferences?.policy ?? usualPolicy(preferences);
    return asConfigured.get(name) ?? unknownPolicy(name, 'routing.policy');
  };
}

/**
 * Rejects preferences that no call could follow, before the first call.
 * @throws ConclaveError `configuration` naming the place, the value and the nearest of `policyNames`.
 */
export function checkPreferences(preferences: RoutingPreferences, catalogue: Catalogue): void {
  const { policy, pin, rules = [] } = preferences;
  if (policy !== undefined && !policyNames.includes(policy)) unknownPolicy(policy, 'routing.policy');
  checkAims(preferences);
  checkRules(rules, catalogue.models(), catalogue);
  if (pin !== undefined) checkPin(pin, catalogue);
}

/**
 * Checks a key's routing preferences as `checkPreferences` does, and that the key may use the model it is pinned to.
 * @throws ConclaveError `invalid_request`.
 */
export function checkKeyRouting(
  {
    models,
    routing,
  }: { readonly models?: readonly string[] | undefined; readonly routing?: KeyRouting | undefined },
  catalogue: Catalogue,
): void {
  if (!routing) return;
  try {
    checkPreferences(routing, catalogue);
  } catch (error) {
    if (!(error instanceof ConclaveError)) throw error;
    throw new ConclaveError('invalid_request', error.message, { param: 'routing', cause: error });
  }
  const pinned = routing.pin === undefined ? undefined : catalogue.resolve(routing.pin);
  if (!models || pinned?.kind !== 'model') return;
  const { id } = pinned.model;
  if (matchesAny(id, models)) return;
  throw new ConclaveError(
    'invalid_request',
    `routing.pin: the key may not use ${id}; add it to "models" (${models.join(', ')}), or pin another.`,
    { param: 'routing.pin' },
  );
}

/** Returns a warning for each preference that is valid, but perhaps does not do what is meant. */
export function doubtsOfPreferences(preferences: RoutingPreferences): string[] {
  const { policy = usualPolicy(preferences), weights, rules = [] } = preferences;
  const doubts = doubtsOfRules(rules);
  if (weights === undefined || policy === weighted.name) return doubts;
  return [
    ...doubts,
    `routing.weights: the policy ${policy} ignores them; they apply to calls that ask for the policy ${weighted.name}`,
  ];
}

function usualPolicy(preferences: RoutingPreferences | undefined): string {
  return preferences?.mode === undefined && preferences?.quality === undefined ? 'tiered' : 'learned';
}

/** Whether a policy uses `mode` and `quality`; the others have an aim of their own. */
export function pursuesGoals(name: string): boolean {
  return policies.find((policy: Policy) => policy.name === name)?.heedsAims === true;
}

/** Warns that a key's mode or quality has no effect under the policy that the configuration names. */
export function unpursuedGoal(
  key: KeyRouting | undefined,
  { policy }: Pick<RoutingPreferences, 'policy'>,
): string | undefined {
  if (policy === undefined || key?.policy !== undefined || pursuesGoals(policy)) return undefined;
  return ignoredGoalWarning(key, { policy, namedBy: 'the configuration' });
}

function checkAims({ policy, ...wishes }: RoutingPreferences): void {
  const aim = goalOf(wishes)?.name;
  if (policy === undefined || aim === undefined || pursuesGoals(policy)) return;
  throw new ConclaveError(
    'configuration',
    `routing.${aim}: the policy ${policy} does not support ${aim}; remove one of the two, or set routing.policy to learned or cascade`,
    { configPath: ['routing', aim] },
  );
}

/** The policies that `routing.policy` and a request may name. */
export const policyNames: readonly string[] = policies.map(({ name }) => name);

/** Wraps a policy: rules come first, then the policy within the requested tier, then stickiness to a conversation. */
function led(policy: Policy): Policy {
  const { name, heedsAims = false } = policy;
  const inTier = policy.heedsTier === true ? policy : tierFirst(policy);
  const staying = preferKnownCapability({
    name,
    plan: (features, candidates, stats) =>
      stayInConversation(inTier.plan(features, candidates, stats), features, stats),
  });
  return {
    name,
    heedsAims,
    plan: (features, candidates, stats) =>
      ruledElse(features, candidates, stats, () => staying.plan(features, candidates, stats)),
  };
}

function checkPin(pin: string, catalogue: Catalogue): void {
  let kind: string;
  try {
    kind = catalogue.resolve(pin).kind;
  } catch (error) {
    if (!(error instanceof ConclaveError)) throw error;
    throw wrongPin(error.message, error);
  }
  if (kind === 'model') return;
  throw wrongPin(`"${pin}" leaves the choice open; name one model`);
}

function wrongPin(problem: string, cause?: ConclaveError): ConclaveError {
  return new ConclaveError('configuration', `routing.pin: ${problem}`, {
    configPath: ['routing', 'pin'],
    cause,
  });
}

/**
 * Throws for an unknown policy.
 * @throws ConclaveError of the given code, with the nearest names, or else all of them.
 */
export function unknownPolicy(
  name: string,
  where: string,
  code: 'configuration' | 'invalid_request' = 'configuration',
): never {
  const hint = didYouMean(name, policyNames);
  throw new ConclaveError(code, `${where}: there is no policy "${name}"; ${hint}`, {
    ...(code === 'configuration' && { configPath: ['routing', 'policy'] }),
  });
}
