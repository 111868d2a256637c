import type { Config } from '../config/schema.ts';
import type { Catalogue } from '../core/catalogue.ts';
import type { Model } from '../core/model.ts';
import { parseSince } from '../core/parse-since.ts';
import type { RequestFeatures } from '../core/plan.ts';
import type { LedgerStore } from '../core/stores.ts';
import { priorParts } from '../core/success-prior.ts';
import type { Advice, Change, ReplayReport, TierReport } from '../core/what-if.ts';
import type { LearnedRouting } from '../learning/learned-routing.ts';
import { projectTag } from '../learning/router-state.ts';
import { createCatalogue } from '../models/create-catalogue.ts';
import { policyFinder, policyNames, unknownPolicy } from '../policies/policy-for.ts';
import { withRuleNames } from '../policies/rule-names.ts';
import { builtInProviders } from '../providers/built-in-providers.ts';
import { advise } from '../what-if/advise.ts';
import { ledgerSample, type PaidCall } from '../what-if/ledger-sample.ts';
import { replayCalls } from '../what-if/replay-calls.ts';
import { tierReport } from '../what-if/tier-discipline.ts';
import type { World } from '../what-if/world.ts';

/** Questions to the ledger: what would have been, and what to do. `since` as in `conclave costs`. */
export interface WhatIf {
  replay(options: Change & { readonly since?: string }): Promise<ReplayReport>;
  tiers(options: { readonly since?: string }): Promise<TierReport>;
  advise(options: { readonly since?: string }): Promise<Advice>;
}

type Parts = {
  readonly catalogue: Catalogue;
  readonly config: Config;
  readonly ledger: Pick<LedgerStore, 'recent'>;
  readonly learned: LearnedRouting;
  readonly now: () => number;
};

/** The newest calls of a longer time stand for all of them. */
const mostCalls = 20_000;
const usualSince = '30d';
const dayMs = 86_400_000;

/** Who else one could buy from: those who make their own models. */
const greatProviders: ReadonlySet<string> = new Set([
  'anthropic',
  'openai',
  'google',
  'deepseek',
  'mistral',
  'xai',
]);

export function whatIf({ catalogue, config, ledger, learned, now }: Parts): WhatIf {
  async function open(sinceText = usualSince) {
    await learned.refresh();
    const since = parseSince(sinceText, now());
    const rows = await ledger.recent({ limit: mostCalls, since });
    const world: World = {
      models: catalogue.models(),
      policyFor: policyFinder((policy) => policy),
      preferences: withRuleNames(config.routing, catalogue),
      chance: chances(learned),
    };
    return { ...ledgerSample(rows, since), world };
  }

  return {
    async replay({ since, ...change }) {
      const { policy } = change;
      if (policy !== undefined && !policyNames.includes(policy))
        unknownPolicy(policy, 'policy', 'invalid_request');
      const { calls, sample, world } = await open(since);
      return replayCalls(calls, { change, world, sample, market: await marketBeside(catalogue) });
    },
    async tiers({ since }) {
      const { calls, sample, world } = await open(since);
      return tierReport(calls, { world, sample });
    },
    async advise({ since }) {
      const { calls, sample, world } = await open(since);
      const replay = replayCalls(calls, { change: {}, world, sample, market: await marketBeside(catalogue) });
      return advise({
        calls,
        world,
        replay,
        tiers: tierReport(calls, { world, sample }),
        days: daysOf(calls, now()),
      });
    },
  };
}

/** From the first call of the sample until now: a ledger of a week is not a month. */
function daysOf(calls: readonly PaidCall[], now: number): number {
  const first = calls.reduce((earliest, { startedAt }) => Math.min(earliest, startedAt), now);
  return (now - first) / dayMs;
}

async function marketBeside(catalogue: Catalogue): Promise<readonly Model[]> {
  const market = await createCatalogue({
    providers: builtInProviders.filter(({ id }) => greatProviders.has(id)),
  });
  const own = catalogue.models().filter(({ provider }) => greatProviders.has(provider));
  const known = new Set(own.map(({ id }) => id));
  return [...own, ...market.models().filter(({ id }) => !known.has(id))].filter(
    ({ capabilities }) => capabilities.embeddings !== true,
  );
}

/** Looked up once per model and kind of work; difficulty in steps of a twentieth. */
function chances({ state }: LearnedRouting): World['chance'] {
  const known = new Map<string, { mean: number; deviation: number }>();
  return (model, { task, difficulty, tags }: RequestFeatures) => {
    const hard = difficulty === undefined ? undefined : Math.round(difficulty * 20) / 20;
    const tag = projectTag(tags);
    const name = `${model.id}\n${task ?? ''}\n${hard ?? ''}\n${tag ?? ''}`;
    let chance = known.get(name);
    if (!chance) {
      const start = priorParts(model, task, hard);
      const subject = { model: model.id, ...(task && { task }), ...(tag && { tag }) };
      chance = state.learner.estimate({ ...subject, ...start });
      known.set(name, chance);
    }
    return chance;
  };
}
