import { schemaScorer } from '../../acceptance/schema-scorer.ts';
import { answerAcceptance } from '../../acceptance/weigh-answers.ts';
import type { deploymentFinder } from '../../config/deployments/deployment-finder.ts';
import { isSimulatedSource } from '../../config/discovery/found-provider.ts';
import type { Config } from '../../config/schema/config-schema.ts';
import { readRateLimits } from '../../dialects/failures/read-rate-limits.ts';
import { createEngine, type Engine } from '../../engine/engine.ts';
import { modelClassifier } from '../../learning/prompts/model-classifier.ts';
import { defaultChain } from '../../models/default-chain.ts';
import { frontierBaseline } from '../../models/frontier-baseline.ts';
import { learningPolicy } from '../../learning/estimates/learning-policy.ts';
import { withRuleNames } from '../../policies/rule-names.ts';
import { policyFinder } from '../../policies/policy-for.ts';
import tiered from '../../policies/tiered.ts';
import { balanceBy } from '../../balancing/balance-by.ts';
import { countInTurns } from '../../files/count-tokens.ts';
import { mediaFetching } from './media-fetching.ts';
import type { AppModels } from '../models/app-models.ts';
import type { AppWire } from './app-wire.ts';
import type { Foundation } from '../foundation/foundation.ts';
import { openClassifier } from './open-classifier.ts';
import type { AppOptions, Extensions } from '../options.ts';

/** Creates the engine of one configuration, on the foundation that outlives it. */
export function engineOf(foundation: Foundation, options: EngineOptions): Engine {
  const { config, wire, custom, extensions, isKnown } = options;
  const { catalogue, found } = options.models;
  const frontier = frontierBaseline(catalogue.models());
  return createEngine(
    {
      catalogue,
      deploymentsOf: options.deploymentsOf,
      dialects: wire.dialects,
      embedders: wire.embedders,
      classify: openClassifier({ home: foundation.home, log: foundation.log }),
      ...(config.routing.classifier && { classifier: modelClassifier(config.routing.classifier) }),
      policyFor: policyFinder((policy) =>
        learningPolicy(policy, { learned: foundation.learned, guard: tiered, random: Math.random }),
      ),
      qualityOf: (work, keyId) => foundation.learned.qualityOf(work, keyId),
      knowsLearned: () => foundation.learned.isRecent,
      recallLearned: () => foundation.learned.look(),
      ledger: foundation.store.ledger,
      transport: foundation.transport,
      observer: foundation.metrics.observer(isKnown),
      ...(foundation.tracer && { tracer: foundation.tracer }),
      caches: extensions.caches ?? [],
      inputGuardrails: extensions.inputGuardrails ?? [],
      outputGuardrails: extensions.outputGuardrails ?? [],
      scorers: [...(extensions.scorers ?? []), schemaScorer],
      acceptance: answerAcceptance((chance) => foundation.learned.calibrated(chance)),
      admit: foundation.admit,
      mayAdmit: foundation.mayAdmit,
      defaultChain: (model) => defaultChain(model, catalogue.models()),
      authorize: foundation.authorize,
      readRateLimits,
      countTokens: countInTurns,
      ...(config.media.fetch && { fetchMedia: mediaFetching(config.media) }),
      ...(frontier?.price && { frontierPrice: frontier.price }),
      settings: {
        retries: config.routing.retries,
        timeouts: config.routing.timeouts,
        fallbacks: config.routing.fallbacks,
        reserveOutputTokens: config.reserve.outputTokens,
        balance: balanceBy(config.routing.balance),
        allow: config.routing.allow,
        holdHeadMs: 15_000,
        keepBodies: config.ledger.keepBodies,
        foreignIds: config.server.foreignIds,
        preferences: withRuleNames(config.routing, catalogue),
        simulatedOnly: custom.length === 0 && found.every(isSimulatedSource),
      },
      now: Date.now,
      newId: foundation.newId,
      random: Math.random,
      log: foundation.log,
    },
    foundation.memory,
  );
}

type EngineOptions = {
  readonly config: Config;
  readonly models: Pick<AppModels, 'catalogue' | 'found'>;
  readonly wire: AppWire;
  readonly isKnown: (model: string) => boolean;
  readonly deploymentsOf: ReturnType<typeof deploymentFinder>;
  readonly custom: NonNullable<AppOptions['providers']>;
  readonly extensions: Extensions;
};
