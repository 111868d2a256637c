import { hasTag } from '../core/names/has-tag.ts';
import type { CallRow, StepVerdict } from '../core/stores/ledger.ts';
import { matchesPattern } from '../core/names/matches-pattern.ts';
import type { Capability, Model } from '../core/model.ts';
import type { ExpectedVerdicts } from '../core/routing/acceptance.ts';
import type { Policy } from '../core/routing/plan.ts';
import type { RequestFeatures, TokenBounds } from '../core/routing/request-features.ts';
import type { KeyRouting, RoutingMode, RoutingPreferences } from '../core/routing/routing-preferences.ts';
import type { SuccessWorths } from '../core/routing/quality-estimates.ts';
import type { Stats } from '../core/routing/deployment-stats.ts';
import { costOf } from '../core/money/price.ts';
import type { Candidate } from '../core/provider.ts';
import type { Tokens } from '../core/units.ts';
import { isTaskType } from '../core/task.ts';
import { isVirtualName, virtualModel } from '../core/routing/virtual-model.ts';
import { completionTokens, promptTokens } from '../core/money/usage.ts';
import { arrangePlan } from '../core/routing/arrange-plan.ts';
import { couldServe } from './could-serve.ts';
import { forecastCascade, type ForecastStep } from './forecast-cascade.ts';
import type { KnownChance } from './interval.ts';
import type { PaidCall } from './paid-calls.ts';
import type { KnownCandidates } from './known-candidates.ts';

/** What calls are decided in: the available models, how one is chosen, and what is known of their quality. */
export type World = KnownCandidates & {
  readonly policyFor: (features: RequestFeatures) => Policy;
  /** A pin in it is an id. */
  readonly preferences: RoutingPreferences;
  /** The current settings of a call's key. */
  readonly keyOf: (keyId: string) => WorldKey | undefined;
  /** Whether a key may use a candidate, by the key's limits and by where data may go. */
  readonly mayUse: (keyId: string, candidate: Candidate) => boolean;
  /** P(success) of a model at a kind of work, with its standard deviation and the number of outcomes it is based on. */
  readonly chance: (
    model: Model,
    features: RequestFeatures,
  ) => { readonly mean: number; readonly deviation: number; readonly weight: number };
  /** The expected verdicts of a cascade on an answer that is right with this chance. */
  readonly expectedVerdicts: (chance: number) => ExpectedVerdicts;
  /** Measured latency of each place. */
  readonly stats: Stats;
  /** What a success may cost, if a training has found it. */
  readonly worths?: SuccessWorths | undefined;
};

export type WorldKey = { readonly tags?: readonly string[]; readonly routing?: KeyRouting };

/** Overrides config and key. If empty, they apply as they are, also to calls that named their model. */
export type Forced = { readonly policy?: string; readonly mode?: RoutingMode; readonly quality?: number };

/** A call of the ledger as it would be decided. */
export type Decided = {
  /** The model whose answer is returned; for a cascade the likeliest. */
  readonly model: Model;
  /** Ids of the models that are asked, in order. */
  readonly path: readonly string[];
  readonly nanoUsd: number;
  /** Standard deviation of the cost, if the cost depends on how answers turn out. */
  readonly deviation?: number;
  readonly quality: KnownChance;
  /** For a cascade: it ends at the same step as the recorded call. */
  readonly endsAsBefore?: boolean;
};

/** The fields of a row that features are derived from. */
type FeaturedRow = Pick<
  CallRow,
  | 'requestedModel'
  | 'decision'
  | 'task'
  | 'difficulty'
  | 'usage'
  | 'stream'
  | 'tags'
  | 'startedAt'
  | 'tool'
  | 'keyId'
  | 'keyName'
>;

/** Derives the features of a recorded call; its prompt is not kept. */
export function featuresOf(
  row: FeaturedRow,
  world: Pick<World, 'keyOf' | 'preferences'>,
  forced?: Forced,
): RequestFeatures {
  const virtual = virtualModel(row.requestedModel);
  const wishes = row.decision?.wishes;
  const tier = wishes?.tier ?? virtual?.tier;
  const policy = forced?.policy ?? virtual?.policy ?? wishes?.policy;
  const key = world.keyOf(row.keyId);
  const answers = wishes?.answers ?? 1;
  return {
    at: row.startedAt,
    asked: {
      model: row.requestedModel,
      tier,
      localOnly:
        virtual?.localOnly === true || hasTag(row.tags, 'sensitive') || hasTag(key?.tags ?? [], 'sensitive'),
      policy,
    },
    work: {
      task: isTaskType(row.task) ? row.task : undefined,
      isTaskNamed: wishes?.task !== undefined,
      difficulty: row.difficulty,
      tags: row.tags,
      tool: row.tool,
      isChecked: wishes?.isChecked === true,
    },
    request: { needs: needsOf(row), toolCount: 0, stream: row.stream, isTextOnly: false },
    size: {
      prompt: exactly(promptTokens(row.usage)),
      answer: exactly(Math.round(completionTokens(row.usage) / answers)),
      answers,
    },
    limits: {
      maxCostUsd: wishes?.maxCostUsd,
      maxLatencyMs: wishes?.maxLatencyMs,
      otherFamilyThan: wishes?.otherFamilyThan,
    },
    key: { id: row.keyId, name: row.keyName },
    preferences: preferencesOf(world.preferences, key?.routing, forced),
  };
}

function exactly(tokens: Tokens): TokenBounds {
  return { expected: tokens, ceiling: tokens, reserved: tokens };
}

function preferencesOf(
  ours: RoutingPreferences,
  keys: KeyRouting | undefined,
  forced: Forced | undefined,
): RoutingPreferences {
  if (!keys && !forced) return ours;
  const preferences = { ...ours, ...keys };
  if (forced?.quality !== undefined) return { ...preferences, quality: forced.quality };
  // A quality target would override the mode.
  return forced?.mode === undefined ? preferences : { ...preferences, mode: forced.mode, quality: undefined };
}

/** Whether a candidate could have served a call of its key. */
export function fits(candidate: Candidate, row: PaidCall, features: RequestFeatures, world: World): boolean {
  return couldServe(candidate.model, row, features) && world.mayUse(row.keyId, candidate);
}

/**
 * Decides where a call would go; `undefined` if no candidate could serve it. A named model is kept while it is
 * available.
 */
export function decide(row: PaidCall, world: World, forced?: Forced): Decided | undefined {
  const features = featuresOf(row, world, forced);
  const wishes = row.decision?.wishes ?? {};
  const fit = world.candidates.filter(
    (candidate) => candidate.model.price && fits(candidate, row, features, world),
  );
  const open = isOpen(row);
  const wish = open ? features.preferences?.pin : row.model;
  const named = forced === undefined ? fit.find(({ model }) => model.id === wish) : undefined;
  if (named) return answeredBy(named.model, row, features, world);
  if (fit.length === 0) return undefined;
  // A call that named a missing model gets another of its tier.
  const wanted =
    open || forced || !row.tier ? features : { ...features, asked: { ...features.asked, tier: row.tier } };
  const considered = world.models;
  const { worths } = world;
  const quality = { worths, of: (model: Model) => world.chance(model, wanted).mean };
  const ranked = world.policyFor(wanted).plan({ ...wanted, considered, quality }, fit, world.stats);
  const isArranged = wishes.order !== undefined || wishes.sort !== undefined;
  const { steps } = isArranged
    ? arrangePlan(ranked, wishes, { features: wanted, stats: world.stats, open: true })
    : ranked;
  return steps.length > 1
    ? cascaded(
        steps.flatMap(({ candidates: [first], acceptance }) =>
          first ? [{ model: first.model, acceptance }] : [],
        ),
        { row, features, world },
      )
    : steps[0]?.candidates[0] && answeredBy(steps[0].candidates[0].model, row, features, world);
}

function cascaded(
  steps: readonly ForecastStep[],
  { row, features, world }: { row: PaidCall; features: RequestFeatures; world: World },
): Decided | undefined {
  const alone = (model: Model) => answeredAlone(model, row, features, world);
  const forecast = forecastCascade(steps, { row, features, world, alone });
  return forecast && withGuesses(forecast, row, world);
}

/** Whether a row was written by a version that did not record what the call itself asked for. */
export function isOfOldVersion(row: CallRow): boolean {
  return isOpen(row) && row.decision?.wishes === undefined;
}

/** Whether the choice was left to the router; a pinned call counts as named. */
export function isOpen({ requestedModel, decision }: Pick<CallRow, 'requestedModel' | 'decision'>): boolean {
  if (decision?.policy === 'pinned') return false;
  return isVirtualName(requestedModel);
}

/** Returns the cost and quality of a call if a model answers it; `undefined` if the model's price is unknown. */
export function answeredBy(
  model: Model,
  row: PaidCall,
  features: RequestFeatures,
  world: World,
): Decided | undefined {
  const alone = answeredAlone(model, row, features, world);
  return alone && withGuesses(alone, row, world);
}

/** Like `answeredBy`, without the cost of classifying the call. */
export function answeredAlone(
  model: Model,
  row: PaidCall,
  features: RequestFeatures,
  world: World,
): Decided | undefined {
  if (!model.price) return undefined;
  return {
    model,
    path: [model.id],
    nanoUsd: Number(costOf(row.usage, model.price, row.startedAt)),
    quality: { ...world.chance(model, features), model: model.id },
  };
}

/** Adds the cost of classifying the call as before, at current prices. */
function withGuesses(decided: Decided, { guesses, startedAt }: PaidCall, { byId }: World): Decided {
  const guessed = guesses.reduce((sum, { model, usage, cost }) => {
    const price = byId.get(model)?.price;
    return sum + Number(price ? costOf(usage, price, startedAt) : cost);
  }, 0);
  return guessed === 0 ? decided : { ...decided, nanoUsd: decided.nanoUsd + guessed };
}

/**
 * Returns what the ledger says was paid, and the estimated quality of the model that answered; for a cascade's answer,
 * the probability recorded when it was given.
 */
export function asItWas(row: PaidCall, world: World): Decided {
  const model = world.byId.get(row.model) ?? goneModel(row);
  const chance = world.chance(model, featuresOf(row, world));
  return {
    model,
    path: row.parts.map((part) => part.model),
    nanoUsd: Number(row.cost),
    quality: { ...chance, mean: verdictOf(row)?.probability ?? chance.mean, model: model.id },
  };
}

/** The verdict on the answer that a cascade gave; the last step's own has no probability. */
function verdictOf({ verdicts, model }: PaidCall): StepVerdict | undefined {
  return verdicts?.findLast((step) => step.accepted) ?? verdicts?.findLast((step) => step.model === model);
}

/** Returns a call as it was, at other prices; `undefined` if one of its models is no longer available. */
export function repriced(row: PaidCall, world: World, changed: World): Decided | undefined {
  const was = asItWas(row, world);
  let nanoUsd = 0;
  for (const { model: id, usage, cost } of [...row.parts, ...row.guesses]) {
    const before = world.byId.get(id)?.price;
    if (!before) {
      nanoUsd += Number(cost);
      continue;
    }
    const now = changed.byId.get(id);
    if (!now?.price) return undefined;
    const usual = Number(costOf(usage, before, row.startedAt));
    // The booked cost counts even if prices have changed since: the change is a factor of it.
    const factor = usual === 0 ? 1 : Number(costOf(usage, now.price, row.startedAt)) / usual;
    nanoUsd += Number(cost) * factor;
  }
  return { ...was, nanoUsd: Math.round(nanoUsd) };
}

/** A model that is no longer configured: only its tier is known. */
function goneModel({ model: id, provider = '', tier }: PaidCall): Model {
  return {
    id,
    provider,
    name: id,
    family: provider,
    capabilities: {},
    strengths: [],
    weaknesses: [],
    local: false,
    ...(tier && { tier }),
  };
}

/** Rows of older versions show their needs only by their kind of work. */
function needsOf({ decision, task }: Pick<CallRow, 'decision' | 'task'>): readonly Capability[] {
  return decision?.needs ?? (task === 'vision' ? ['vision'] : []);
}

/** Whether a name (a provider, a family, or a pattern of ids) covers a model. */
export function isMeantBy(name: string, { id, provider, family }: Model): boolean {
  return name === provider || name === family || matchesPattern(id, name);
}
