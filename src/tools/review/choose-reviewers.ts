import type { Tier } from '../../core/task.ts';
import { personas, type PersonaName } from '../../prompts/personas.ts';
import type { ToolContext } from '../tool.ts';
import type { Reviewer } from './review-with.ts';

export type ReviewersWanted = {
  readonly personas: readonly PersonaName[];
  readonly models: readonly string[];
  readonly model?: string | undefined;
  readonly tier: Tier;
};

/**
 * Who reviews. Personas sit on different families by default; a single reviewer comes from another family than the
 * caller, where that can be told.
 * @throws ConclaveError `model_not_found` for a name that means no model.
 */
export function chooseReviewers(
  { shelf, callerFamily }: Pick<ToolContext, 'shelf' | 'callerFamily'>,
  wanted: ReviewersWanted,
): Reviewer[] {
  const named = wanted.models.map((name) => shelf.named(name).id);
  if (wanted.personas.length > 0) {
    const models = modelsForPersonas(shelf, wanted, named);
    return wanted.personas.map((persona, index) => {
      const model = models[index % models.length] ?? 'auto';
      return { name: `${persona} (${model})`, model, focus: personas[persona] };
    });
  }
  if (named.length > 0) return named.map((model) => ({ name: model, model }));
  if (wanted.model !== undefined) return [{ name: wanted.model, model: wanted.model }];
  const one: Reviewer = { name: 'one model', model: 'auto' };
  const own = callerFamily === undefined ? [] : [callerFamily];
  const [other] = shelf.ofDifferentFamilies(wanted.tier, 1, new Set(own));
  return [other ? { ...one, otherFamilyThan: own } : one];
}

/** Sums up what several reported: a model of another family than theirs where there is one. */
export function chooseSynthesiser(
  { shelf }: Pick<ToolContext, 'shelf'>,
  reviewers: readonly Reviewer[],
): string {
  const families = new Set(
    reviewers.filter(({ model }) => model !== 'auto').map(({ model }) => shelf.named(model).family),
  );
  return shelf.ofDifferentFamilies('workhorse', 1, families)[0]?.id ?? reviewers[0]?.model ?? 'auto';
}

function modelsForPersonas(
  shelf: ToolContext['shelf'],
  { model, tier, personas: wanted }: ReviewersWanted,
  named: readonly string[],
): string[] {
  if (named.length > 0) return [...named];
  if (model !== undefined) return [model];
  return shelf.ofDifferentFamilies(tier, wanted.length).map(({ id }) => id);
}
