import { byList } from '../../core/memories/by-list.ts';
import type { QualityEstimates } from '../../core/routing/quality/quality-estimates.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { KnownKind, ModelEstimates } from './known-work.ts';
import { likely } from '../models/log-odds.ts';
import type { PromptResidual } from '../models/prompt-residual.ts';

/** Estimates of models for one prompt: those of its kind of work, plus what its words add. */
export type PromptEstimates = ModelEstimates & { readonly quality: QualityEstimates };

/** Adds the shifts of `residual`; models without a shift keep the estimates of their kind of work. */
export function promptEstimates(
  residual: PromptResidual,
): (kind: KnownKind, features: Uint8Array) => PromptEstimates {
  const movedOf = byList((candidates: readonly Candidate[]) =>
    candidates.flatMap(({ model }, at) => {
      const place = residual.places.get(model.id);
      return place === undefined ? [] : [{ at, place }];
    }),
  );
  // Valid until the next decision, as `ofAll` documents.
  let chances = new Float64Array(0);
  let last: { kind: KnownKind; features: Uint8Array; known: PromptEstimates } | undefined;
  return (kind, features) => {
    // A decision looks up its call twice.
    if (last && last.kind === kind && last.features === features) return last.known;
    // Kept per call: a cascade returns to it after many others have been decided.
    const shifts = residual.shiftsAt(features, kind.task);
    const shiftOf = (id: string) => {
      const place = residual.places.get(id);
      return place === undefined ? undefined : shifts[place];
    };
    const known: PromptEstimates = {
      of(model) {
        const estimate = kind.of(model);
        const shift = shiftOf(model.id);
        return shift === undefined ? estimate : { ...estimate, mean: likely(estimate.mean + shift) };
      },
      quality: {
        worths: kind.quality.worths,
        of: (model) => likely((kind.quality.of(model) ?? 0) + (shiftOf(model.id) ?? 0)),
        promptShift: ({ id }) => shiftOf(id),
        ofAll(candidates) {
          if (chances.length !== candidates.length) chances = new Float64Array(candidates.length);
          chances.set(kind.quality.ofAll(candidates));
          for (const { at, place } of movedOf(candidates))
            chances[at] = likely((chances[at] ?? 0) + (shifts[place] ?? 0));
          return chances;
        },
      },
    };
    last = { kind, features, known };
    return known;
  };
}
