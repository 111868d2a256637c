import type { LabelledCall } from '../../core/stores/router-store.ts';
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
  /** Absent where no model has heads. */
  readonly words: LearnedWords | undefined;
  readonly report: readonly FittedModel[];
  /** What each model of which enough is known would do with any of the prompts, by whoever had not seen that prompt. */
  readonly heldOut: HeldOut;
};

/** Judged prompts, and for each model a chance and, where it was asked, a score: `NaN` where it was not. */
export type HeldOut = Pick<JudgedTraffic, 'models' | 'chances' | 'scores'> & {
  readonly calls: readonly LabelledCall[];
};

/** Below this many, next to nothing is known of a model. */
const leastJudged = 300;
/** The newest stand for all. */
const mostPrompts = 4_000;

/**
 * Fits for each model with enough labels how far what a prompt says moves its chance of success beside what its posterior
 * expects at that kind of work. Words stay where they do surely better on prompts that were held back, by the word of
 * all keys and, whichever key is left out, by that of the others. No key counts for more than all others together, or
 * than the labels that it takes. Models with too few labels keep what `present` says of them.
 */
export function fitResidual(calls: readonly LabelledCall[], present?: LearnedWords): FittedResidual {
  const said = calls.filter(({ isSaid, score }) => isSaid === true && score !== undefined);
  const heads = new Map<string, LinearHead>(
    present && headsOf(present.model).map((head, at) => [present.model.outputs[at] ?? '', widened(head)]),
  );
  const kinds = new Map(Object.entries(present?.kinds ?? {}));
  const report: FittedModel[] = [];
  const known: Known[] = [];
  for (const [model, own = []] of Object.entries(Object.groupBy(said, ({ model: id = '' }) => id))) {
    const cases = withoutLoudKeys(own);
    if (model === '' || cases.length < leastJudged) continue;
    const fitted = fitWords(cases);
    known.push({ model, cases, chanceAt: fitted.chanceAt });
    if (cases.length < residualFromLabels) continue;
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

/** A head of fewer buckets, as an earlier training had: each has become several. */
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

/** The newest prompts that anybody was judged at, each once. */
function heldOutOf(known: readonly Known[]): HeldOut {
  const byId = new Map(known.flatMap(({ cases }) => cases.map((call) => [call.id, call] as const)));
  const calls = [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(-mostPrompts);
  const rows = rowsOf(calls);
  return {
    calls,
    models: known.map(({ model }) => model),
    chances: known.map(({ chanceAt }) => Float64Array.from(calls, (call, row) => chanceAt(call, rows, row))),
    scores: known.map(({ cases }) => {
      const said = new Map(cases.map(({ id, score }) => [id, score]));
      return Float64Array.from(calls, ({ id }) => said.get(id) ?? NaN);
    }),
  };
}

/** Each key's newest calls, as many as it may count for. */
function withoutLoudKeys(calls: readonly LabelledCall[]): readonly LabelledCall[] {
  const byKey = Object.values(Object.groupBy(calls, ({ keyId }) => keyId));
  return byKey.flatMap((own = []) => {
    const may = Math.max(residualFromLabels, boundedTo(own.length, calls.length) * own.length);
    return own.slice(-Math.floor(may));
  });
}
