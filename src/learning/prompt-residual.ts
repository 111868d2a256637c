import { isJsonObject, type JsonObject } from '../core/json.ts';
import { laneScorer } from './lane-scorer.ts';
import { type LinearModel, readLinearModel, writeLinearModel } from './linear-model.ts';
import { scratchFeatures, unpackFeatures } from './packed-features.ts';

/**
 * How far, for some models, what a prompt says moves their chance of success beside what is known of the kind of work: one
 * linear function of the kept features for each. Learned from a house's own outcomes, see `fit-residual.ts`.
 */
export interface PromptResidual {
  /** The place of each model that has one, among the shifts. */
  readonly places: ReadonlyMap<string, number>;
  /** The shifts of all these models at a prompt, in an array of its own. */
  shiftsAt(features: Uint8Array): Float64Array;
  /** That of one model; `undefined` where it has none. */
  shiftOf(model: string, features: Uint8Array): number | undefined;
  /** As it stands in a snapshot. */
  readonly file: JsonObject;
}

/** However sure words are, as much of the chance stays with what is known of the model. */
const mostShift = 0.4;

/** Of heads that `fit-residual.ts` has found to be worth it; `source` says from what. */
export function promptResidual(
  model: LinearModel,
  provenance: { readonly source: string; readonly quality: JsonObject },
): PromptResidual {
  return withFile(model, writeLinearModel(model, provenance));
}

/**
 * Reads what a snapshot holds.
 * @throws ConclaveError `configuration` where it is of another version or damaged.
 */
export function readPromptResidual(file: unknown): PromptResidual {
  const model = readLinearModel(file);
  return withFile(model, isJsonObject(file) ? file : {});
}

function withFile(model: LinearModel, file: JsonObject): PromptResidual {
  const places = new Map(model.outputs.map((id, place) => [id, place]));
  const score = laneScorer(model);
  const shiftsAt = (features: Uint8Array) => {
    const shifts = score(unpackFeatures(features, scratchFeatures), new Float64Array(places.size));
    for (let at = 0; at < shifts.length; at++) shifts[at] = bounded(shifts[at] ?? 0);
    return shifts;
  };
  return {
    places,
    shiftsAt,
    shiftOf(id, features) {
      const place = places.get(id);
      return place === undefined ? undefined : shiftsAt(features)[place];
    },
    file,
  };
}

function bounded(shift: number): number {
  // Of a prompt without features nothing is said.
  return Number.isFinite(shift) ? Math.min(mostShift, Math.max(-mostShift, shift)) : 0;
}
