import { byList } from '../core/memories/by-list.ts';
import { isLatencyCritical } from '../core/routing/request/latency-critical.ts';
import { movedToFront } from '../core/names/moved-to-front.ts';
import type { Model } from '../core/model.ts';
import type { Acceptance, Plan, PlanStep, Policy } from '../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import type { Stats } from '../core/routing/plan/deployment-stats.ts';
import type { RoutingMode } from '../core/routing/preferences/routing-preferences.ts';
import type { Candidate } from '../core/deployment.ts';
import { inOwnWords } from '../core/routing/acceptance/in-own-words.ts';
import { dollarText, nanoFromUsd } from '../core/units.ts';
import { successPrior } from '../core/routing/quality/success-prior.ts';
import type { Tier } from '../core/task.ts';
import { qualityTarget, towards, type QualityTarget } from './quality-target.ts';
import { rankByNumber } from './rank-by-number.ts';
import { rankByTier } from './rank-by-tier.ts';
import { withUnmetTier } from './unmet-tier.ts';
import { expectations } from './utility.ts';

/**
 * How close an answer's chance must come to that of the last step, if the user sets no quality target. A cascade as a
 * whole does better than the least that it accepts: at these shares it keeps 91, 98 and 99 % of the strong model's
 * accuracy on the training split (`node bench/router/cascade-shares.ts`), on which they were chosen.
 */
const usualShare: Readonly<Record<RoutingMode, number>> = { economy: 0.7, balanced: 0.91, best: 0.96 };

/**
 * Asks cheap models first and checks the answers: if two cheap models of different families agree, their answer is
 * accepted; otherwise the call goes to the most expensive tier that fits, or to the cheapest model that reaches the
 * wanted quality. Each step keeps fallbacks of its own kind. A call gets a single step if it is latency-critical, wants
 * several answers, or asks for a tier while a cascade is only the configured preference.
 */
const cascade: Policy = {
  name: 'cascade',
  heedsTier: true,
  heedsAims: true,
  plan(features, candidates, stats): Plan {
    // With several answers per call, there is no pair to compare with another model's.
    const hurried =
      isLatencyCritical(features.work.tags, features.limits.maxLatencyMs) || features.size.answers > 1;
    const { strong, aim } = lastStep(features, candidates, { stats, hurried });
    const firstStrong = strong[0];
    if (firstStrong === undefined) return { steps: [], reason: 'no candidates' };
    const alone = (why: string): Plan => ({
      steps: [{ candidates: strong }],
      reason: `${firstStrong.model.id} ${why}`,
      ...(aim && { minChance: aim.reached }),
      ...withWarnings(aim?.warning),
    });
    const { tier, policy } = features.asked;
    if (tier !== undefined && policy !== 'cascade') {
      const why = firstStrong.model.tier === tier ? 'is of' : 'is nearest to';
      return withUnmetTier(
        alone(`${why} the requested tier ${tier}: no cascade`),
        features,
        firstStrong.model,
      );
    }
    if (hurried) return alone('directly: no cascade for latency-critical calls or several answers');
    const cheap = rankByTier(ofCheapestTier(candidates, features), {
      features,
      stats,
      wanted: 'economy',
      favour: conversationFirst(features),
    });
    const first = cheap[0];
    if (first === undefined) return alone('is the only candidate: no cascade');
    if (firstStrong.model.id === first.model.id) {
      if (aim) return alone('directly: it is the cheapest and reaches the quality');
      if (candidates.every(({ model }) => model.id === first.model.id))
        return alone('is the only candidate: no cascade');
      const plan = alone(`directly: no stronger model ${remaining(features)}: no cascade`);
      return features.limits.maxCostUsd === undefined ? plan : { ...plan, ...withWarnings(plan.reason) };
    }
    const second = cheap.find(({ model }) => model.family !== first.model.family);
    const wanted = aim?.wanted ?? shareOf(features) * chanceOf(firstStrong.model, features);
    const acceptance = acceptanceOf(features, wanted, {
      answering: [first, second],
      ranked: () => rankByTier(candidates, { features, stats, wanted: 'economy' }),
    });
    const steps: PlanStep[] = [
      { candidates: cheap, acceptance },
      ...(second === undefined || second.model.id === firstStrong.model.id
        ? []
        : [{ candidates: movedToFront(second, cheap), acceptance: { ...acceptance, samples: 1 } }]),
    ].filter(({ candidates: [one] }) => one !== undefined && mayBeAccepted(one.model, features, acceptance));
    const needed = acceptance.threshold.toFixed(2);
    if (steps.length === 0)
      return alone(
        `directly: ${first.model.id} is right with probability ${chanceOf(first.model, features).toFixed(2)}, ${needed} is required, ` +
          `and only a check, a judge or feedback can tell whether an answer to ${features.work.task} is right`,
      );
    steps.push({ candidates: strong });
    const path = steps.map(({ candidates: [one] }) => one?.model.id).join(', then ');
    return {
      steps,
      reason: `${path}, until an answer is right with probability ${needed}`,
      ...withWarnings(
        aim?.warning,
        unreachable(features, firstStrong, acceptance),
        unjudged(features, acceptance),
      ),
    };
  },
};

export default cascade;

/** What the models that are left have in common. */
function remaining({ limits: { maxCostUsd } }: RequestFeatures): string {
  if (maxCostUsd === undefined) return 'can serve this call';
  return `fits below the ceiling of ${dollarText(nanoFromUsd(maxCostUsd))}`;
}

type LastStep = { readonly strong: readonly Candidate[]; readonly aim?: QualityTarget };

/** Ranks the last step: the cheapest frontier model first, or with a quality target the cheapest that reaches it. */
function lastStep(
  features: RequestFeatures,
  candidates: readonly Candidate[],
  { stats, hurried }: { readonly stats: Stats; readonly hurried: boolean },
): LastStep {
  const { tier } = features.asked;
  const quality = features.preferences?.quality;
  if (quality === undefined || tier !== undefined || hurried) {
    const wanted = tier ?? (hurried ? 'workhorse' : 'frontier');
    return { strong: rankByTier(candidates, { features, stats, wanted }) };
  }
  const { success, ownCost } = expectations(features, candidates, stats);
  const aim = qualityTarget(quality, features, { candidates, success });
  const strong = rankByNumber(candidates, { features, stats }, (at) =>
    towards(aim, success[at] ?? 0, ownCost[at] ?? 0),
  );
  return { strong, aim };
}

/** Warns if the configured threshold exceeds the strong model's own chance: most calls then pay for every step. */
function unreachable(
  features: RequestFeatures,
  { model: strong }: Candidate,
  { threshold }: Acceptance,
): string | undefined {
  const chance = chanceOf(strong, features);
  if (features.preferences?.cascade?.threshold === undefined || threshold <= chance) return undefined;
  const wanted = `an answer must be right with probability ${threshold.toFixed(2)} (routing.cascade.threshold)`;
  return `${wanted}, and ${strong.id} itself reaches ${chance.toFixed(2)}: most calls will pay for every step`;
}

function unjudged({ preferences }: RequestFeatures, { judge }: Acceptance): string | undefined {
  if (preferences?.cascade?.judge !== true || judge !== undefined) return undefined;
  return 'the answers are not judged (routing.cascade.judge): a judge must be a third model of the cheapest tier, of another family than the models that answer';
}

/**
 * Whether asking a cheap model can help: it is good enough as it is, or something can show that its answer is right.
 */
function mayBeAccepted(
  model: Model,
  features: RequestFeatures,
  { threshold, judge }: Pick<Acceptance, 'threshold' | 'judge'>,
): boolean {
  const { task, isChecked } = features.work;
  const { needs } = features.request;
  if (isChecked || judge !== undefined || task === undefined || !inOwnWords.has(task)) return true;
  return (
    needs.some((need) => need === 'tools' || need === 'json-schema') || chanceOf(model, features) >= threshold
  );
}

function withWarnings(...warnings: readonly (string | undefined)[]): Pick<Plan, 'warnings'> {
  const present = warnings.filter((warning) => warning !== undefined);
  return present.length === 0 ? {} : { warnings: present };
}

function chanceOf(model: Model, { quality, work: { task, difficulty } }: RequestFeatures): number {
  return quality?.of(model) ?? successPrior(model, task, difficulty);
}

function shareOf({ preferences }: RequestFeatures): number {
  return preferences?.quality ?? usualShare[preferences?.mode ?? 'balanced'];
}

function acceptanceOf(
  { preferences }: RequestFeatures,
  wanted: number,
  {
    answering,
    ranked,
  }: { readonly answering: readonly (Candidate | undefined)[]; readonly ranked: () => Candidate[] },
): Acceptance {
  const { threshold, samples = 1, judge = false } = preferences?.cascade ?? {};
  const judges = judge ? ofOtherFamilies(ranked(), answering).slice(0, 3) : [];
  return {
    threshold: threshold ?? wanted,
    samples,
    ...(judges.length > 0 && { judge: judges }),
  };
}

function ofOtherFamilies(
  ranked: readonly Candidate[],
  answering: readonly (Candidate | undefined)[],
): Candidate[] {
  const families = new Set(answering.map((candidate) => candidate?.model.family));
  const tier = answering[0]?.model.tier;
  // A judge of a more expensive tier would cost more than it saves.
  return ranked.filter(({ model }) => model.tier === tier && !families.has(model.family));
}

/** Puts the model that already answers the conversation first in its tier: its prompt cache is warm. */
function conversationFirst({
  conversation,
}: RequestFeatures): ((candidate: Candidate) => number) | undefined {
  if (!conversation) return undefined;
  return ({ model }) => (model.tier === 'economy' && model.id === conversation.model ? -1 : 0);
}

/** A cheap step never falls back to an expensive model, so only the cheapest tier has to be ranked. */
function ofCheapestTier(
  candidates: readonly Candidate[],
  { asked: { localOnly } }: RequestFeatures,
): readonly Candidate[] {
  return localOnly ? cheapestAtHome(candidates) : cheapestAnywhere(candidates);
}

// Returns the same list for the same candidates: when ranked again, it is already in order.
const cheapestAtHome = byList((candidates: readonly Candidate[]) => cheapestTier(candidates, 0));
/** A local model is a last resort. */
const cheapestAnywhere = byList((candidates: readonly Candidate[]) => cheapestTier(candidates, 4));

const dearness = { economy: 0, workhorse: 1, frontier: 2, none: 3 } as const;

function cheapestTier(candidates: readonly Candidate[], localDearness: number): readonly Candidate[] {
  let tier: Tier | undefined;
  let least = Infinity;
  for (const { model } of candidates) {
    const place = dearness[model.tier ?? 'none'] + (model.local ? localDearness : 0);
    if (place >= least) continue;
    least = place;
    tier = model.tier;
  }
  return candidates.filter(({ model }) => model.tier === tier);
}
