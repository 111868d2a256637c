import type { Config } from '../../config/schema/config-schema.ts';
import type { Catalogue } from '../../core/catalogue.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { AttemptRow, CallVolume } from '../../core/stores/ledger.ts';
import { matchesAny } from '../../core/names/matches-pattern.ts';
import { projectTag } from '../../core/names/project-tag.ts';
import type { Model } from '../../core/model.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import type { Candidate, Deployment } from '../../core/deployment.ts';
import type { VirtualKey } from '../../core/stores/stores.ts';
import { priorParts } from '../../core/routing/quality/success-prior.ts';
import { servedModel } from '../../core/routing/served-model.ts';
import { dataPolicies, outOfBounds, unwanted } from '../../engine/routing/data/provider-filters.ts';
import { expectedVerdicts } from '../../learning/acceptance/expected-verdicts.ts';
import type { LearnedRouting } from '../../learning/estimates/learned-routing.ts';
import { policyFinder } from '../../policies/policy-for.ts';
import { withRuleNames } from '../../policies/rule-names.ts';
import { knownCandidates } from '../../what-if/world/known-candidates.ts';
import { providerPreferencesOf } from '../../what-if/recorded/recorded-choice.ts';
import { measuredWaits } from '../../what-if/world/measured-waits.ts';
import type { PaidCall } from '../../what-if/sample/paid-calls.ts';
import { recordedLengths } from '../../what-if/recorded/answer-scale.ts';
import type { World } from '../../what-if/world/world.ts';
import { modelIdOf } from '../../config/deployments/model-id-of.ts';
import { defaultChain } from '../../models/default-chain.ts';
import { chooseAgain } from './choose-again.ts';

export type WorldServices = {
  readonly catalogue: Catalogue;
  readonly config: Config;
  readonly deploymentsOf: (model: Model) => readonly Deployment[];
  readonly learned: LearnedRouting;
};

type Past = {
  readonly keys: readonly VirtualKey[];
  readonly answered: readonly CallVolume[];
  readonly attempts: readonly AttemptRow[];
  readonly calls: readonly PaidCall[];
};

/** Builds the world of a replay from the current configuration, its keys and what was learned. */
export function routingSnapshot(
  { catalogue, config, learned, deploymentsOf }: WorldServices,
  { keys, answered, attempts, calls }: Past,
): World {
  const byId = new Map(keys.map((key) => [key.id, withPinnedId(key, catalogue)]));
  const models = catalogue.models();
  const retired = answered.flatMap(({ model = '' }) => catalogue.get(model) ?? []);
  const { pin, fallbacks } = config.routing;
  const policyFor = policyFinder((policy) => policy);
  // Sorted by id like the engine's, which is how policies break ties.
  const sorted = models.toSorted((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
  return {
    ...knownCandidates(
      sorted.flatMap((model) => places(model, deploymentsOf)),
      retired,
    ),
    policyFor,
    choose: chooseAgain({
      catalogue,
      deploymentsOf,
      defaultChain: (model) => defaultChain(model, models),
      policyFor,
      // The pins arrive with the calls.
      settings: { fallbacks, preferences: {} },
    }),
    preferences: {
      ...withRuleNames(config.routing, catalogue),
      ...(pin !== undefined && { pin: idIfKnown(pin, catalogue) }),
    },
    keyOf: (id) => byId.get(id),
    mayUse: (call, candidate) => {
      const key = byId.get(call.keyId);
      if (key?.models && !matchesAny(candidate.model.id, key.models)) return false;
      const allowed = dataPolicies(config.routing.allow, key?.allow);
      const features = { at: call.startedAt };
      const wanted = { providerPreferences: providerPreferencesOf(call), features, strict: false };
      return (outOfBounds(candidate, { allowed }) ?? unwanted(candidate, wanted)) === undefined;
    },
    chance: chances(learned),
    expectedVerdicts: (chance) => expectedVerdicts(learned, chance),
    answerLengths: recordedLengths(calls),
    stats: measuredWaits(attempts),
    worths: learned.worths,
  };
}

function withPinnedId(key: VirtualKey, catalogue: Catalogue): VirtualKey {
  const pin = key.routing?.pin;
  return pin === undefined ? key : { ...key, routing: { ...key.routing, pin: idIfKnown(pin, catalogue) } };
}

function idIfKnown(name: string, catalogue: Catalogue): string {
  try {
    return modelIdOf(name, catalogue.resolve);
  } catch (error) {
    // A key may be pinned to a model that no longer exists.
    if (error instanceof ConclaveError) return name;
    throw error;
  }
}

/** Returns the deployments of a model with their prices, except those that only accept callers' own keys. */
function places(model: Model, deploymentsOf: WorldServices['deploymentsOf']): readonly Candidate[] {
  return deploymentsOf(model).flatMap((deployment) => {
    if (deployment.provider.needsCallerKey) return [];
    return { deployment, model: servedModel(model, deployment) };
  });
}

/** Caches chances per model and kind of work; difficulty in steps of a twentieth. */
function chances({ state, asOf }: LearnedRouting): World['chance'] {
  const known = new Map<string, ReturnType<World['chance']>>();
  return (model, { work: { task, difficulty, tags } }: RequestFeatures) => {
    const hard = difficulty === undefined ? undefined : Math.round(difficulty * 20) / 20;
    const tag = projectTag(tags);
    const name = `${model.id}\n${task ?? ''}\n${hard ?? ''}\n${tag ?? ''}`;
    let chance = known.get(name);
    if (!chance) {
      const start = priorParts(model, task, hard);
      const subject = { model: model.id, at: asOf, ...(task && { task }), ...(tag && { tag }) };
      chance = state.learner.estimate({ ...subject, ...start });
      known.set(name, chance);
    }
    return chance;
  };
}
