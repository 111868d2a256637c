import type { Model } from '../../core/model.ts';
import type { Plan } from '../../core/routing/plan/plan.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import { isVirtualName } from '../../core/routing/preferences/virtual-model.ts';
import { answeredAlone, answeredBy, withGuesses } from './answered-by.ts';
import { fits } from './could-serve.ts';
import type { Decided } from './decided.ts';
import { forecastCascade } from './forecast-cascade.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import { choosableCall, isOpen, wasPinned } from '../recorded/recorded-choice.ts';
import { featuresOf, type Forced } from '../recorded/recorded-features.ts';
import type { World } from '../world/world.ts';

/**
 * Decides where a call would go; `undefined` if no candidate could serve it. A named model is kept while it is
 * available; if it is not, and has no fallbacks, the call gets another of the tier that answered it, unless it allowed none.
 */
export function decide(row: PaidCall, world: World, forced?: Forced): Decided | undefined {
  const features = featuresOf(row, world, forced);
  const fit = world.candidates.filter(
    (candidate) => candidate.model.price && fits(candidate, row, features, world),
  );
  const plan = planOf({ row, features, fit, world }, forced);
  if (!plan) return undefined;
  const asked = plan.steps.flatMap(({ candidates: [first], acceptance }) =>
    first ? [{ model: first.model, acceptance }] : [],
  );
  const [only, second] = asked;
  if (!second) return only && answeredBy(only.model, row, features, world);
  const alone = (model: Model) => answeredAlone(model, row, features, world);
  const forecast = forecastCascade(asked, { row, features, world, alone });
  return forecast && withGuesses(forecast, row, world);
}

type Question = {
  readonly row: PaidCall;
  readonly features: RequestFeatures;
  readonly fit: readonly Candidate[];
  readonly world: World;
};

function planOf(question: Question, forced: Forced | undefined): Plan | undefined {
  const { row, features, fit } = question;
  if (fit.length === 0) return undefined;
  if (forced) return openPlan({ ...question, features: pinnedTo(undefined, features) });
  if (isOpen(row)) return plan(question, row.requestedModel);
  const named = namedPlan(question);
  if (named || row.decision?.wishes?.allowFallbacks === false) return named;
  return openPlan(inItsTier(question));
}

/** Plans a call that named its model, or was pinned. If its name means nothing by now, it means what answered it. */
function namedPlan(question: Question): Plan | undefined {
  const { row, features } = question;
  const { requestedModel, model } = row;
  if (wasPinned(row)) return plan({ ...question, features: pinnedTo(model, features) }, requestedModel);
  return plan(question, requestedModel) ?? plan(question, model);
}

function inItsTier({ features, ...question }: Question): Question {
  const { tier } = question.row;
  const asked = tier ? { ...features.asked, tier } : features.asked;
  return { ...question, features: pinnedTo(undefined, { ...features, asked }) };
}

/** Plans a call as one that left the choice open. */
function openPlan(question: Question): Plan | undefined {
  const { requestedModel } = question.row;
  return plan(question, isVirtualName(requestedModel) ? requestedModel : 'auto');
}

function plan({ row, features: asked, fit, world }: Question, name: string): Plan | undefined {
  const { worths, stats, models: considered } = world;
  const quality = { worths, of: (model: Model) => world.chance(model, asked).mean };
  const features = { ...asked, considered, quality };
  return world.choose(choosableCall(row, features, name), { features, fit, stats });
}

function pinnedTo(pin: string | undefined, features: RequestFeatures): RequestFeatures {
  return { ...features, preferences: { ...features.preferences, pin } };
}
