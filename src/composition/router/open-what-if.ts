import type { Catalogue } from '../../core/catalogue.ts';
import { ConclaveError } from '../../core/errors.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import type { Model } from '../../core/model.ts';
import { parseSince } from '../../core/parse-since.ts';
import { routingModes } from '../../core/routing/preferences/routing-preferences.ts';
import type { KeyStore, LedgerStore } from '../../core/stores/stores.ts';
import type { Advice, Change, ReplayReport, TierReport } from '../../core/routing/what-if.ts';
import { createCatalogue } from '../../models/create-catalogue.ts';
import { pursuesGoals, policyNames, unknownPolicy } from '../../policies/policy-for.ts';
import { builtInProviders } from '../../providers/built-in-providers.ts';
import { advise } from '../../what-if/advice/advise.ts';
import { replayCalls } from '../../what-if/reports/replay-calls.ts';
import { sampleCalls } from '../../what-if/sample/sample-calls.ts';
import { tierReport } from '../../what-if/reports/tier-report.ts';
import { routingSnapshot, type WorldServices } from './routing-snapshot.ts';

/** Reports from the ledger: replays, tiers and advice. `since` as in `conclave costs`. */
export interface WhatIf {
  replay(options: Change & { readonly since?: string }): Promise<ReplayReport>;
  tiers(options: { readonly since?: string }): Promise<TierReport>;
  advise(options: { readonly since?: string }): Promise<Advice>;
}

type Services = WorldServices & {
  readonly ledger: Pick<LedgerStore, 'volume' | 'sample'>;
  readonly keys: Pick<KeyStore, 'list'>;
  readonly now: () => number;
};

const usualSince = '30d';

export function openWhatIf(services: Services): WhatIf {
  const { catalogue, ledger, learned, now } = services;
  async function open(since = usualSince) {
    await learned.refresh();
    const at = now();
    const { attempts, ...sampled } = await sampleCalls(ledger, {
      since: parseSince(since, at),
      now: at,
      isPriced: (id) => catalogue.get(id)?.price !== undefined,
    });
    const world = routingSnapshot(services, {
      keys: await services.keys.list(),
      answered: sampled.paid,
      attempts,
      calls: sampled.calls,
    });
    return { ...sampled, world };
  }

  return {
    async replay({ since, ...change }) {
      checkGoals(change);
      const { calls, ...looked } = await open(since);
      return replayCalls(calls, {
        change: withIds(change, catalogue),
        ...looked,
        market: await marketBeside(catalogue),
      });
    },
    async tiers({ since }) {
      const { calls, ...looked } = await open(since);
      return tierReport(calls, looked);
    },
    async advise({ since }) {
      const { calls, ...looked } = await open(since);
      const replay = await replayCalls(calls, {
        change: {},
        ...looked,
        market: await marketBeside(catalogue),
      });
      return advise({ calls, ...looked, replay, tiers: await tierReport(calls, looked) });
    },
  };
}

/** Validates a change. @throws ConclaveError `invalid_request` for values that no policy supports. */
function checkGoals({ policy, mode, quality }: Change): void {
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

/** Returns the change with the ids of models that it names by an alias. Unknown names are refused where they apply. */
function withIds({ without, prices, ...change }: Change, catalogue: Catalogue): Change {
  return {
    ...change,
    ...(without && { without: without.map((name) => idOf(name, catalogue)) }),
    ...(prices && {
      prices: prices.map((text) => {
        const at = text.lastIndexOf('=');
        return at === -1 ? text : `${idOf(text.slice(0, at), catalogue)}${text.slice(at)}`;
      }),
    }),
  };
}

function idOf(name: string, catalogue: Catalogue): string {
  if (catalogue.models().some(({ provider, family }) => name === provider || name === family)) return name;
  try {
    const resolution = catalogue.resolve(name);
    return resolution.kind === 'model' ? resolution.model.id : name;
  } catch (error) {
    if (error instanceof ConclaveError) return name;
    throw error;
  }
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
