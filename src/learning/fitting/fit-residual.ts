import type { LabelledCall } from './labelled-call.ts';
import {
  buckets,
  type ChanceAt,
  type FittedModel,
  fitWords,
  residualFromLabels,
  rowsOf,
} from './fit-words.ts';
import { headsOf, quantise } from '../models/linear-model.ts';
import { boundedTo } from '../models/outcome-cell.ts';
import type { LearnedWords } from '../models/prompt-residual.ts';
import type { LinearHead } from '../models/linear-model.ts';
import type { JudgedTraffic } from './find-success-worths.ts';

export type FittedResidual = {
  /** Absent if no model has heads. */
  readonly words: LearnedWords | undefined;
  readonly report: readonly FittedModel[];
  /**
   * The chances of each model with enough data at all prompts of calls whose model the router drew, each estimated from
   * such calls only and without having seen that prompt.
   */
  readonly heldOut: HeldOut;
};

/** Judged prompts, and for each model a chance and a score; the score is `NaN` if the model was not asked. */
export type HeldOut = Pick<JudgedTraffic, 'models' | 'chances' | 'scores' | 'weights'> & {
  readonly calls: readonly LabelledCall[];
};

/** With fewer judged calls, a model counts as unknown. */
const minJudged = 300;
/** The newest prompts stand for all. */
const maxPrompts = 4_000;

/**
 * Fits, for each model with enough labels, how the words of a prompt shift its chance of success relative to the
 * posterior of that kind of work. A fit is kept only if it is significantly better on held-out prompts, according to
 * all keys together and, with any one key left out, according to the others. No key counts for more than all others
 * together, or than the labels that a fit requires. Models with too few labels keep their entry in `present`.
 */
export function fitResidual(calls: readonly LabelledCall[], present?: LearnedWords): FittedResidual {
  const rated = calls.filter(({ fromFeedback, score }) => fromFeedback === true && score !== undefined);
  // Shortened for all models together, so that what is left is still a draw.
  const drawn = Object.groupBy(
    withoutLoudKeys(rated.filter(({ experiment }) => experiment !== undefined)),
    ({ model: id = '' }) => id,
  );
  const heads = new Map<string, LinearHead>(
    present && headsOf(present.model).map((head, at) => [present.model.outputs[at] ?? '', widened(head)]),
  );
  const kinds = new Map(Object.entries(present?.kinds ?? {}));
  const report: FittedModel[] = [];
  const known: Known[] = [];
  for (const [model, own = []] of Object.entries(Object.groupBy(rated, ({ model: id = '' }) => id))) {
    const cases = withoutLoudKeys(own);
    if (model === '' || cases.length < minJudged) continue;
    const ofDraw = drawn[model] ?? [];
    const isSame = ofDraw.length === cases.length && ofDraw.every((call, at) => call === cases[at]);
    const enough = cases.length >= residualFromLabels;
    const fitted = isSame || enough ? fitWords(cases) : undefined;
    if (ofDraw.length >= minJudged)
      known.push({ model, cases: ofDraw, ...(isSame && fitted ? fitted : fitWords(ofDraw)) });
    if (!enough || !fitted) continue;
    report.push({ model, ...fitted.report });
    heads.delete(model);
    kinds.delete(model);
    if (!fitted.head) continue;
    heads.set(model, fitted.head);
    kinds.set(model, fitted.kinds);
  }
  return {
    words:
      heads.size === 0
        ? undefined
        : { model: quantise(Object.fromEntries(heads)), kinds: Object.fromEntries(kinds) },
    report,
    heldOut: heldOutOf(known),
  };
}

/** Converts a head of fewer buckets, from an earlier version: each bucket becomes several. */
function widened({ weights, bias }: LinearHead): LinearHead {
  const times = buckets / weights.length;
  return {
    weights: Float64Array.from({ length: buckets }, (_, at) => weights[Math.floor(at / times)] ?? 0),
    bias,
  };
}

type Known = {
  readonly model: string;
  readonly cases: readonly LabelledCall[];
  readonly chanceAt: ChanceAt;
};

/**
 * The newest prompts with a judged answer, each once. Only answers of the learned arm count, as the probabilities of the
 * two arms do not add up; prompts of the guard count as prompts without an answer.
 */
function heldOutOf(known: readonly Known[]): HeldOut {
  const byId = new Map(known.flatMap(({ cases }) => cases.map((call) => [call.id, call] as const)));
  const calls = [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(-maxPrompts);
  const rows = rowsOf(calls);
  return {
    calls,
    models: known.map(({ model }) => model),
    chances: known.map(({ chanceAt }) => Float64Array.from(calls, (call, row) => chanceAt(call, rows, row))),
    scores: known.map(({ cases }) => {
      const scores = new Map(cases.filter(isOfLearnedArm).map(({ id, score }) => [id, score]));
      return Float64Array.from(calls, ({ id }) => scores.get(id) ?? NaN);
    }),
    weights: known.map(({ cases }) => {
      const weights = new Map(cases.map(({ id, experiment }) => [id, 1 / (experiment?.propensity ?? 1)]));
      return Float64Array.from(calls, ({ id }) => weights.get(id) ?? NaN);
    }),
  };
}

function isOfLearnedArm({ experiment }: LabelledCall): boolean {
  return experiment?.arm === 'learned';
}

/** Keeps each key's newest calls, up to the number it may count for. */
function withoutLoudKeys(calls: readonly LabelledCall[]): readonly LabelledCall[] {
  const byKey = Object.values(Object.groupBy(calls, ({ keyId }) => keyId));
  return byKey.flatMap((own = []) => {
    const may = Math.max(residualFromLabels, boundedTo(own.length, calls.length) * own.length);
    return own.slice(-Math.floor(may));
  });
}
