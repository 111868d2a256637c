import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { laneScorer } from './lane-scorer.ts';
import { type LinearModel, readLinearModel, writeLinearModel } from './linear-model.ts';
import { scratchFeatures, unpackFeatures } from '../features/packed-features.ts';

/**
 * How far, for some models, what a prompt says moves their chance of success beside what is known of the kind of work: one
 * linear function of the kept features for each. Learned from an installation's own outcomes, see `fit-residual.ts`.
 */
export interface PromptResidual {
  /** What it was made of. */
  readonly words: LearnedWords;
  /** The place of each model that has one, among the shifts. */
  readonly places: ReadonlyMap<string, number>;
  /** The shifts of all these models at a prompt of a kind of work, in a list of its own. */
  shiftsAt(features: Uint8Array, task: string | undefined): readonly number[];
  /** That of one model; `undefined` where it has none. */
  shiftOf(
    model: string,
    prompt: { readonly features: Uint8Array; readonly task?: string | undefined },
  ): number | undefined;
  /** As it stands in a snapshot. */
  readonly file: JsonObject;
}

/** By kind of work: what takes the learner's own word on it back, where words stand in its place. */
export type KindOffsets = Readonly<Record<string, number>>;

/** A linear function for each of some models, and the offsets of those whose words stand in the place of kinds. */
export type LearnedWords = {
  readonly model: LinearModel;
  readonly kinds: Readonly<Record<string, KindOffsets>>;
};

/** However sure words are, as much of the chance stays with what is known of the model. */
const mostShift = 0.4;

/** Of heads that `fit-residual.ts` has found to be worth it; `source` says from what. */
export function promptResidual(
  words: LearnedWords,
  provenance: { readonly source: string; readonly quality: JsonObject },
): PromptResidual {
  return withFile(words, { ...writeLinearModel(words.model, provenance), kinds: words.kinds });
}

/**
 * Reads what a snapshot holds.
 * @throws ConclaveError `configuration` where it is of another version or damaged.
 */
export function readPromptResidual(file: unknown): PromptResidual {
  const model = readLinearModel(file);
  const written = isJsonObject(file) ? file : {};
  return withFile({ model, kinds: kindsIn(written['kinds']) }, written);
}

/** Older files have none: words then add to what is known of the kind. */
function kindsIn(value: JsonValue | undefined): LearnedWords['kinds'] {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([model, offsets]) => [
      model,
      Object.fromEntries(
        Object.entries(isJsonObject(offsets) ? offsets : {}).flatMap(([task, offset]) =>
          typeof offset === 'number' ? [[task, offset] as const] : [],
        ),
      ),
    ]),
  );
}

function withFile(words: LearnedWords, file: JsonObject): PromptResidual {
  const { model } = words;
  const offsetsAt = offsetsByTask(words);
  const places = new Map(model.outputs.map((id, place) => [id, place]));
  const score = laneScorer(model);
  const scores = new Float64Array(places.size);
  const shiftsAt = (features: Uint8Array, task = '') => {
    score(unpackFeatures(features, scratchFeatures), scores);
    const offsets = offsetsAt.get(task);
    // Not a typed array: of more than eight numbers its memory is the system's, and dear to come by.
    const shifts: number[] = [];
    for (let at = 0; at < scores.length; at++)
      shifts.push(boundedShift(scores[at] ?? 0) + (offsets?.[at] ?? 0));
    return shifts;
  };
  return {
    words,
    places,
    shiftsAt,
    shiftOf(id, { features, task }) {
      const place = places.get(id);
      return place === undefined ? undefined : shiftsAt(features, task)[place];
    },
    file,
  };
}

function offsetsByTask({ model, kinds }: LearnedWords): Map<string, Float64Array> {
  const tasks = new Set(Object.values(kinds).flatMap((offsets) => Object.keys(offsets)));
  return new Map(
    [...tasks].map((task) => [task, Float64Array.from(model.outputs, (id) => kinds[id]?.[task] ?? 0)]),
  );
}

/** What words say, within bounds. */
export function boundedShift(shift: number): number {
  // Of a prompt without features nothing is said.
  return Number.isFinite(shift) ? Math.min(mostShift, Math.max(-mostShift, shift)) : 0;
}
