import type { Config } from '../config/schema.ts';
import type { Catalogue } from '../core/catalogue.ts';
import type { Model } from '../core/model.ts';
import { parseSince } from '../core/parse-since.ts';
import type { RequestFeatures } from '../core/plan.ts';
import type { LedgerStore } from '../core/stores.ts';
import { priorParts } from '../core/success-prior.ts';
import type { Advice, Change, ReplayReport, Sample, TierReport } from '../core/what-if.ts';
import type { LearnedRouting } from '../learning/learned-routing.ts';
import { projectTag } from '../learning/router-state.ts';
import { createCatalogue } from '../models/create-catalogue.ts';
import { policyFinder, policyNames, unknownPolicy } from '../policies/policy-for.ts';
import { withRuleNames } from '../policies/rule-names.ts';
import { builtInProviders } from '../providers/built-in-providers.ts';
import { advise } from '../what-if/advise.ts';
import { paidCalls } from '../what-if/paid-calls.ts';
import { replayCalls } from '../what-if/replay-calls.ts';
import { scaleOf } from '../what-if/scale.ts';
import { survey } from '../what-if/survey.ts';
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
  readonly ledger: Pick<LedgerStore, 'volume' | 'sample'>;
  readonly learned: LearnedRouting;
  readonly now: () => number;
};

/** So many calls are looked at one by one; of more, as many drawn evenly from the whole time stand for all of them. */
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
    const all = survey(await ledger.volume({ since }), (id) => catalogue.get(id)?.price !== undefined);
    const every = Math.max(1, Math.ceil(all.calls / mostCalls));
    const without = all.gone.map(({ model }) => model);
    const rows = await ledger.sample({ since, simulated: all.simulated, every, without });
    const calls = paidCalls(rows);
    const sample: Sample = {
      since: new Date(since).toISOString(),
      calls: every === 1 ? calls.length : all.calls,
      lookedAt: calls.length,
      simulated: all.simulated,
      leftOut: all.leftOut,
      gone: all.gone,
    };
    const nanoUsd = calls.reduce((sum, { cost }) => sum + Number(cost), 0);
    const scale = scaleOf({ calls: calls.length, nanoUsd }, { ...all, calls: sample.calls });
    const world: World = {
      models: catalogue.models(),
      policyFor: policyFinder((policy) => policy),
      preferences: withRuleNames(config.routing, catalogue),
      chance: chances(learned),
    };
    const days = (now() - (all.firstAt ?? now())) / dayMs;
    return { calls, sample, scale, world, paid: all.paid, days };
  }

  return {
    async replay({ since, ...change }) {
      const { policy } = change;
      if (policy !== undefined && !policyNames.includes(policy))
        unknownPolicy(policy, 'policy', 'invalid_request');
      const { calls, ...looked } = await open(since);
      return replayCalls(calls, { change, ...looked, market: await marketBeside(catalogue) });
    },
    async tiers({ since }) {
      const { calls, ...looked } = await open(since);
      return tierReport(calls, looked);
    },
    async advise({ since }) {
      const { calls, ...looked } = await open(since);
      const replay = replayCalls(calls, { change: {}, ...looked, market: await marketBeside(catalogue) });
      return advise({ calls, ...looked, replay, tiers: tierReport(calls, looked) });
    },
  };
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
