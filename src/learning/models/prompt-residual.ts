import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { laneScorer } from './lane-scorer.ts';
import { type LinearModel, readLinearModel, writeLinearModel } from './linear-model.ts';
import { scratchFeatures, unpackFeatures } from '../features/packed-features.ts';

/**
 * How the words of a prompt shift the chance of success of some models relative to their kind of work: one linear
 * function of the stored features per model. Learned from an installation's own outcomes, see `fit-residual.ts`.
 */
export interface PromptResidual {
  /** What it was built from. */
  readonly words: LearnedWords;
  /** The place of each model with learned words among the shifts. */
  readonly places: ReadonlyMap<string, number>;
  /** The shifts of all these models at a prompt of a kind of work, as a new list. */
  shiftsAt(features: Uint8Array, task: string | undefined): readonly number[];
  /** The shift of one model; `undefined` if it has none. */
  shiftOf(
    model: string,
    prompt: { readonly features: Uint8Array; readonly task?: string | undefined },
  ): number | undefined;
  /** Its form in a snapshot. */
  readonly file: JsonObject;
}

/** By kind of work: offsets that cancel the learner's own estimate, if words replace it. */
export type KindOffsets = Readonly<Record<string, number>>;

/** A linear function for each of some models, and the offsets of those whose words replace the kind of work. */
export type LearnedWords = {
  readonly model: LinearModel;
  readonly kinds: Readonly<Record<string, KindOffsets>>;
};

/** The largest shift by words, however strong they are; the rest comes from what is known of the model. */
const maxShift = 0.4;

/** Creates a residual from heads that `fit-residual.ts` accepted; `source` describes their origin. */
export function promptResidual(
  words: LearnedWords,
  provenance: { readonly source: string; readonly quality: JsonObject },
): PromptResidual {
  return withFile(words, { ...writeLinearModel(words.model, provenance), kinds: words.kinds });
}

/**
 * Reads the residual of a snapshot.
 * @throws ConclaveError `configuration` if it is of another version or damaged.
 */
export function readPromptResidual(file: unknown): PromptResidual {
  const model = readLinearModel(file);
  const written = isJsonObject(file) ? file : {};
  return withFile({ model, kinds: kindsIn(written['kinds']) }, written);
}

/** Older files have none: words then add to the estimate of the kind. */
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
    // Not a typed array: above eight numbers these allocate outside the heap, which is slow.
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

/** Limits the shift by words. */
export function boundedShift(shift: number): number {
  // A prompt without features gets no shift.
  return Number.isFinite(shift) ? Math.min(maxShift, Math.max(-maxShift, shift)) : 0;
}
