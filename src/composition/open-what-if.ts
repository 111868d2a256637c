import type { Catalogue } from '../core/catalogue.ts';
import { ConclaveError } from '../core/errors.ts';
import { didYouMean } from '../core/names/did-you-mean.ts';
import type { Model } from '../core/model.ts';
import { parseSince } from '../core/parse-since.ts';
import { routingModes } from '../core/routing/routing-preferences.ts';
import type { KeyStore, LedgerStore } from '../core/stores/stores.ts';
import type { Advice, Change, ReplayReport, Sample, TierReport } from '../core/routing/what-if.ts';
import { createCatalogue } from '../models/create-catalogue.ts';
import { pursuesGoals, policyNames, unknownPolicy } from '../policies/policy-for.ts';
import { builtInProviders } from '../providers/built-in-providers.ts';
import { advise } from '../what-if/advise.ts';
import { paidCalls } from '../what-if/paid-calls.ts';
import { replayCalls } from '../what-if/replay-calls.ts';
import { scaleOf } from '../what-if/scale.ts';
import { survey } from '../what-if/survey.ts';
import { tierReport } from '../what-if/tier-discipline.ts';
import { routingSnapshot, type WorldParts } from './routing-snapshot.ts';

/** Reports from the ledger: replays, tiers and advice. `since` as in `conclave costs`. */
export interface WhatIf {
  replay(options: Change & { readonly since?: string }): Promise<ReplayReport>;
  tiers(options: { readonly since?: string }): Promise<TierReport>;
  advise(options: { readonly since?: string }): Promise<Advice>;
}

type Parts = WorldParts & {
  readonly ledger: Pick<LedgerStore, 'volume' | 'sample'>;
  readonly keys: Pick<KeyStore, 'list'>;
  readonly now: () => number;
};

/** At most this many calls are examined; if there are more, this many are drawn evenly from the whole period. */
const mostCalls = 20_000;
const usualSince = '30d';
const dayMs = 86_400_000;

export function openWhatIf(parts: Parts): WhatIf {
  const { catalogue, ledger, learned, now } = parts;
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
    const world = routingSnapshot(parts, {
      keys: await parts.keys.list(),
      answered: all.paid,
      attempts: rows.flatMap(({ attempts }) => attempts),
    });
    const days = (now() - (all.firstAt ?? now())) / dayMs;
    return { calls, sample, scale, world, paid: all.paid, days };
  }

  return {
    async replay({ since, ...change }) {
      checkWishes(change);
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

/** Validates a change. @throws ConclaveError `invalid_request` for values that no policy supports. */
function checkWishes({ policy, mode, quality }: Change): void {
  if (policy !== undefined && !policyNames.includes(policy))
    unknownPolicy(policy, 'policy', 'invalid_request');
  const refuse = (message: string, param: string) => {
    throw new ConclaveError('invalid_request', message, { param });
  };
  if (mode !== undefined && !routingModes.includes(mode))
    refuse(`There is no mode "${String(mode)}"; ${didYouMean(String(mode), routingModes)}`, 'mode');
  if (quality !== undefined && !(quality > 0 && quality <= 1))
    refuse(`quality must be a number above 0, at most 1; it is ${quality}.`, 'quality');
  if ((mode ?? quality) !== undefined && policy !== undefined && !pursuesGoals(policy))
    refuse(`The policy ${policy} does not support mode or quality; learned and cascade do.`, 'policy');
}

async function marketBeside(catalogue: Catalogue): Promise<readonly Model[]> {
  const providers = builtInProviders.filter(({ premiumReference }) => premiumReference);
  const references = new Set(providers.map(({ id }) => id));
  const market = await createCatalogue({ providers });
  const own = catalogue.models().filter(({ provider }) => references.has(provider));
  const known = new Set(own.map(({ id }) => id));
  return [...own, ...market.models().filter(({ id }) => !known.has(id))].filter(
    ({ capabilities }) => capabilities.embeddings !== true,
  );
}
