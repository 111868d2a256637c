import type { CallRow } from '../core/ledger.ts';
import { matchesPattern } from '../core/matches-pattern.ts';
import type { Model } from '../core/model.ts';
import type { Policy, RequestFeatures, RoutingPreferences, Stats } from '../core/plan.ts';
import { costOf } from '../core/price.ts';
import type { Candidate } from '../core/provider.ts';
import { isTaskType } from '../core/task.ts';
import { completionTokens, promptTokens } from '../core/usage.ts';
import type { Known } from './interval.ts';

/** What calls are decided in: the models there are, how one is chosen, and what is known of their quality. */
export type World = {
  readonly models: readonly Model[];
  readonly policyFor: (features: RequestFeatures) => Policy;
  readonly preferences: RoutingPreferences;
  /** P(success) of a model at a kind of work, with its standard deviation. */
  readonly chance: (
    model: Model,
    features: RequestFeatures,
  ) => { readonly mean: number; readonly deviation: number };
};

/** A call of the ledger as it would be decided. */
export type Decided = {
  /** The model that answers in the end; of a cascade the likeliest. */
  readonly model: Model;
  readonly nanoUsd: number;
  readonly quality: Known;
};

/** Health and waiting times of another day are nobody's guess. */
const calm: Stats = { of: () => ({ healthy: true, inFlight: 0 }) };

/** What a call of the ledger says of itself; its words are not kept. */
export function featuresOf(row: CallRow, world: World, policy?: string): RequestFeatures {
  const [virtual, tier] = row.requestedModel.split(':');
  return {
    requestedModel: row.requestedModel,
    ...(virtual === 'auto' && isTierName(tier) && { tier }),
    localOnly: tier === 'local' || row.tags.includes('sensitive'),
    ...(isTaskType(row.task) && { task: row.task }),
    ...(row.difficulty !== undefined && { difficulty: row.difficulty }),
    needs: [],
    inputTokens: promptTokens(row.usage),
    inputTokensUpperBound: promptTokens(row.usage),
    outputTokens: completionTokens(row.usage),
    stream: row.stream,
    tags: row.tags,
    at: row.startedAt,
    ...(row.tool && { tool: row.tool }),
    ...(row.keyName && { keyName: row.keyName }),
    preferences: world.preferences,
    ...(virtual === 'cascade' && { policy: 'cascade' }),
    ...(policy && { policy }),
  };
}

/** Where a call would go; `undefined` where nobody could serve it. A named model is kept while it is there. */
export function decide(row: CallRow, world: World, policy?: string): Decided | undefined {
  const features = featuresOf(row, world, policy);
  const fit = world.models.filter((model) => couldServe(model, row, features)).map(candidateOf);
  const named =
    policy === undefined && !isOpen(row) ? fit.find(({ model }) => model.id === row.model) : undefined;
  if (named) return answeredBy(named.model, row, features, world);
  if (fit.length === 0) return undefined;
  // Who named a model that is gone gets one of its tier.
  const wanted = isOpen(row) || policy || !row.tier ? features : { ...features, tier: row.tier };
  const considered = world.models;
  const quality = { of: (model: Model) => world.chance(model, wanted).mean };
  const { steps } = world.policyFor(wanted).plan({ ...wanted, considered, quality }, fit, calm);
  return steps.length > 1
    ? cascaded(
        steps.flatMap(({ candidates: [first], acceptance }) =>
          first ? [{ model: first.model, acceptance }] : [],
        ),
        { row, features, world },
      )
    : steps[0]?.candidates[0] && answeredBy(steps[0].candidates[0].model, row, features, world);
}

export function isOpen({ requestedModel }: CallRow): boolean {
  return requestedModel === 'cascade' || requestedModel === 'auto' || requestedModel.startsWith('auto:');
}

/** What a model would have cost and been worth for a call; its price must be known. */
export function answeredBy(
  model: Model,
  row: CallRow,
  features: RequestFeatures,
  world: World,
): Decided | undefined {
  if (!model.price) return undefined;
  const { mean, deviation } = world.chance(model, features);
  return {
    model,
    nanoUsd: Number(costOf(row.usage, model.price, row.startedAt)),
    quality: { mean, deviation, cell: `${model.id} ${features.task ?? ''}` },
  };
}

/** What ruled a model out for a call then rules it out now, except for what has changed: place, price and time. */
function couldServe(model: Model, row: CallRow, { inputTokens, localOnly }: RequestFeatures): boolean {
  if (!model.price || (localOnly && !model.local) || model.capabilities.embeddings === true) return false;
  if (model.contextWindow !== undefined && model.contextWindow < inputTokens) return false;
  return !row.decision?.ruledOut.some((out) => out.model === model.id && lasting.has(out.rule));
}

const lasting: ReadonlySet<string> = new Set(['key', 'data-policy', 'capability', 'dialect']);

type Step = { readonly model: Model; readonly acceptance: { readonly threshold: number } | undefined };

/** A cheap answer is taken to be accepted as often as it is right, and is then as good as was asked for. */
function cascaded(
  steps: readonly Step[],
  { row, features, world }: { row: CallRow; features: RequestFeatures; world: World },
): Decided | undefined {
  let reached = 1;
  let nanoUsd = 0;
  let mean = 0;
  let likeliest: Decided | undefined;
  let most = 0;
  for (const { model, acceptance } of steps) {
    const asked = answeredBy(model, row, features, world);
    if (!asked) continue;
    nanoUsd += reached * asked.nanoUsd;
    const accepted = reached * (acceptance ? asked.quality.mean : 1);
    mean += accepted * (acceptance ? Math.max(acceptance.threshold, asked.quality.mean) : asked.quality.mean);
    reached -= accepted;
    if (accepted > most) [likeliest, most] = [asked, accepted];
  }
  return likeliest && { ...likeliest, nanoUsd: Math.round(nanoUsd), quality: { ...likeliest.quality, mean } };
}

/** A model where no deployment of it matters. */
function candidateOf(model: Model): Candidate {
  const { provider: id, local } = model;
  const provider = { id, name: id, dialects: [], auth: 'none' as const, keyVariables: [], quirks: {}, local };
  return { model, deployment: { id: model.id, provider, endpoints: [], weight: 1, simulated: false } };
}

/** True for a provider, a family, or a pattern of ids. */
export function isMeantBy(name: string, { id, provider, family }: Model): boolean {
  return name === provider || name === family || matchesPattern(id, name);
}

function isTierName(name: string | undefined): name is 'frontier' | 'workhorse' | 'economy' {
  return name === 'frontier' || name === 'workhorse' || name === 'economy';
}
