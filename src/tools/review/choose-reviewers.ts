import { ConclaveError } from '../../core/errors.ts';
import type { Tier } from '../../core/task.ts';
import { personas, type PersonaName } from '../../prompts/personas.ts';
import type { ToolContext } from '../offer/tool.ts';
import { threadsLastModel } from '../asking/model-of-thread.ts';
import { bestOfItsFamily, noPriceOf } from '../panels/panel.ts';
import type { FailedMember } from '../panels/run-panel.ts';
import { refuseDuplicates, configuredOnly } from '../panels/configured-only.ts';
import { fittingSeats } from '../panels/fitting-seats.ts';
import type { Reviewer } from './review-with.ts';

export type ReviewersWanted = {
  readonly personas: readonly PersonaName[];
  readonly models: readonly string[];
  readonly model?: string | undefined;
  /** Reviews alone if the caller names no model; personas need different families. */
  readonly threadModel?: string | undefined;
  readonly tier: Tier;
};

export type Reviewers = {
  readonly reviewers: readonly Reviewer[];
  /** Requested reviewers that cannot be asked here. */
  readonly absent?: readonly FailedMember[];
  /** Notes for the caller about the choice, one sentence each. */
  readonly notes?: readonly string[];
};

/**
 * Chooses the reviewers. By default personas are assigned to different families; a single reviewer comes from another
 * family than the caller, if the caller's is known.
 * @throws ConclaveError `model_not_found` for a name that matches no model.
 */
export function chooseReviewers(
  { picker, callerFamily }: Pick<ToolContext, 'picker' | 'callerFamily'>,
  wanted: ReviewersWanted,
): Reviewers {
  const { present, absent } = configuredOnly(picker, wanted.models, (name) => name);
  const named = present.map(({ model }) => model.id);
  refuseTwinPersonas(wanted.personas);
  if (wanted.personas.length > 0) return { ...onFamilies(picker, wanted, named), absent };
  refuseDuplicates(named);
  if (named.length > 0) return { reviewers: named.map((model) => ({ name: model, model })), absent };
  if (wanted.model !== undefined) return { reviewers: [{ name: wanted.model, model: wanted.model }] };
  const { threadModel: last } = wanted;
  if (last !== undefined) return { reviewers: [{ name: last, model: last, modelReason: threadsLastModel }] };
  const one: Reviewer = { name: 'one model', model: 'auto' };
  const own = callerFamily === undefined ? [] : [callerFamily];
  const [other] = picker.ofDifferentFamilies(wanted.tier, 1, new Set(own));
  return { reviewers: [other ? { ...one, otherFamilyThan: own } : one] };
}

/**
 * Refuses `model` together with `models`.
 * @throws ConclaveError `invalid_request` if both are given: one of them would be ignored.
 */
export function refuseModelBesideModels({ model, models }: Pick<ReviewersWanted, 'model' | 'models'>): void {
  if (model === undefined || model === 'auto' || models.length === 0) return;
  const message = `Give "model" (${model}) or "models" (${models.join(', ')}), not both.`;
  throw new ConclaveError('invalid_request', message, { param: 'model' });
}

/** Models that may summarise several reports, best first: those of other families than the reviewers', then theirs. */
export function synthesisersOf(
  { picker }: Pick<ToolContext, 'picker'>,
  reviewers: readonly Reviewer[],
): string[] {
  const families = new Set(
    reviewers.filter(({ model }) => model !== 'auto').map(({ model }) => picker.named(model).family),
  );
  const others = picker.byFamily('workhorse', families).flat();
  return [...others.map(({ id }) => id), ...reviewers.map(({ model }) => model)];
}

/** Seats open reviewers on models that fit. Personas share a model if too few families have one. */
export async function fittingReviewers(
  { picker }: Pick<ToolContext, 'picker'>,
  reviewers: readonly Reviewer[],
  { tier, fits }: { readonly tier: Tier; readonly fits: (reviewer: Reviewer) => Promise<boolean> },
): Promise<Reviewer[]> {
  return await fittingSeats({
    seats: reviewers,
    isOpen: ({ isOpen = false }) => isOpen,
    familyOf: (reviewer) => familyOfOpen(picker, reviewer),
    withModel: (reviewer, { id }) => ({ ...reviewer, model: id, name: nameOf(reviewer.persona, id) }),
    fits,
    families: picker.byFamily(tier),
    mayShare: reviewers.some(({ persona }) => persona !== undefined),
  });
}

/**
 * A note if personas share families that nobody named, because too few are configured or because those that were
 * `wanted` do not all fit the cost ceiling.
 */
export function sharedFamilies(
  { picker }: Pick<ToolContext, 'picker'>,
  wanted: readonly Reviewer[],
  fitting: readonly Reviewer[],
): string[] {
  const familiesOf = (reviewers: readonly Reviewer[]) =>
    new Set(reviewers.map((reviewer) => familyOfOpen(picker, reviewer))).size;
  const isShared = fitting.some(({ persona, isOpen }) => persona !== undefined && isOpen);
  const families = familiesOf(fitting);
  if (!isShared || families === fitting.length) return [];
  const { unpricedFamilies } = picker;
  const reason =
    families < familiesOf(wanted)
      ? 'the cost ceiling leaves room for no more'
      : unpricedFamilies.length > 0
        ? `the cost ceiling leaves no more (${noPriceOf(unpricedFamilies)})`
        : 'no more are configured';
  return [
    `${fitting.length} personas sit on ${families} model ${families === 1 ? 'family' : 'families'}: ${reason}, so their mistakes may agree`,
  ];
}

/** The family that an open reviewer is of; the empty string for others, whose name may leave the choice to routing. */
function familyOfOpen(picker: ToolContext['picker'], { model, isOpen = false }: Reviewer): string {
  return isOpen ? picker.named(model).family : '';
}

function nameOf(persona: string | undefined, model: string): string {
  return persona === undefined ? model : `${persona} (${model})`;
}

function refuseTwinPersonas(names: readonly PersonaName[]): void {
  const twin = names.find((name, index) => names.indexOf(name) < index);
  if (twin === undefined) return;
  throw new ConclaveError('invalid_request', `The persona ${twin} is named twice; name each once.`, {
    param: 'personas',
  });
}

/** If there are fewer families than personas, some personas share a model. */
function onFamilies(
  picker: ToolContext['picker'],
  wanted: ReviewersWanted,
  named: readonly string[],
): Pick<Reviewers, 'reviewers' | 'notes'> {
  const models = modelsForPersonas(picker, wanted, named);
  const isOurs = named.length === 0 && wanted.model === undefined;
  const reviewers = wanted.personas.map((persona, index) => {
    const model = models[index % models.length] ?? 'auto';
    return {
      name: nameOf(persona, model),
      model,
      ...(isOurs && model !== 'auto' && { modelReason: bestOfItsFamily, isOpen: true }),
      persona,
      focus: personas[persona],
    };
  });
  return { reviewers, notes: notAsked(named, reviewers) };
}

function notAsked(named: readonly string[], reviewers: readonly Reviewer[]): string[] {
  const idle = named.filter((name) => reviewers.every(({ model }) => model !== name));
  if (idle.length === 0) return [];
  return [`There are more models than personas (${reviewers.length}): ${idle.join(', ')} not asked.`];
}

function modelsForPersonas(
  picker: ToolContext['picker'],
  { model, tier, personas: wanted }: ReviewersWanted,
  named: readonly string[],
): string[] {
  if (named.length > 0) return [...named];
  if (model !== undefined) return [model];
  return picker.ofDifferentFamilies(tier, wanted.length).map(({ id }) => id);
}
