import { answerKey } from '../../src/learning/prompts/answer-key.ts';
import { bootstrap, type Interval } from './bootstrap.ts';
import type { Fold } from './folds.ts';
import type { RoutingRow } from './read-rows.ts';

export type Agreement = {
  readonly judged: number;
  /** How often three of three agree. */
  readonly coverage: Interval;
  /** How often they are right if they agree. */
  readonly precision: Interval;
  /** The three that the last fold chose. */
  readonly models: readonly string[];
};

/** On the fitting rows, the three models are chosen that agree most often while their agreement is right this often. */
const wantedPrecision = 0.98;

/** Measures how far the agreement of three models can be trusted without any other check. */
export function judgeAgreement(
  rows: readonly RoutingRow[],
  folds: readonly Fold[],
  options: { readonly familiesApart: boolean },
): Agreement {
  const models = answeringModels(rows);
  const ids = new Map<string, number>();
  const columns = models.map((model) => columnOf(rows, model, ids));
  // If families need not differ, every model counts as a family of its own.
  const families = options.familiesApart ? models.map(familyOf) : models;
  const agreed = new Uint8Array(rows.length);
  const right = new Uint8Array(rows.length);
  let chosen: readonly number[] = [];
  for (const { fit, judge } of folds) {
    chosen = chooseThree(columns, families, fit);
    for (const row of judge) {
      const { agrees, isRight } = agreementAt(columns, chosen, row);
      agreed[row] = Number(agrees);
      right[row] = Number(agrees && isRight);
    }
  }
  const judged = folds.flatMap(({ judge }) => judge);
  const sum = (values: Uint8Array, draws: Uint16Array) =>
    judged.reduce((total, row, at) => total + (draws[at] ?? 0) * (values[row] ?? 0), 0);
  return {
    judged: judged.length,
    coverage: bootstrap(judged.length, (draws) => sum(agreed, draws) / judged.length),
    precision: bootstrap(judged.length, (draws) => sum(right, draws) / sum(agreed, draws)),
    models: chosen.map((model) => models[model] ?? ''),
  };
}

/** One model's answers as numbers: equal numbers are equal answers within a row, 0 is none. */
type Column = { readonly keys: Int32Array; readonly right: Uint8Array };

function columnOf(rows: readonly RoutingRow[], model: string, ids: Map<string, number>): Column {
  const idOf = (key: string) => {
    const id = ids.get(key) ?? ids.size + 1;
    ids.set(key, id);
    return id;
  };
  const keys = Int32Array.from(rows, ({ results }) => {
    const key = answerKey(results.get(model)?.answer);
    return key === undefined ? 0 : idOf(key);
  });
  return { keys, right: Uint8Array.from(rows, ({ results }) => results.get(model)?.score ?? 0) };
}

/** Returns the models with a result in every row; prices do not matter here. */
function answeringModels(rows: readonly RoutingRow[]): string[] {
  const [first] = rows;
  return [...(first?.results.keys() ?? [])].filter((model) =>
    rows.every(({ results }) => results.has(model)),
  );
}

/**
 * Returns the family of a model. Siblings share their mistakes, so three models agree independently only if their
 * families differ.
 */
export function familyOf(model: string): string {
  const name = model.toLowerCase().replace(/^.*\/|^meta-/g, '');
  if (/^(gpt|chatgpt|o1)/.test(name)) return 'openai';
  if (/^(gemini|gemma)/.test(name)) return 'google';
  return /^[a-z]+/.exec(name)?.[0] ?? name;
}

function agreementAt(columns: readonly Column[], three: readonly number[], row: number) {
  const [a, b, c] = three.map((model) => columns[model]?.keys[row] ?? 0);
  const agrees = a !== 0 && a === b && b === c;
  return { agrees, isRight: columns[three[0] ?? 0]?.right[row] === 1 };
}

function chooseThree(
  columns: readonly Column[],
  families: readonly string[],
  index: readonly number[],
): readonly number[] {
  let best: { three: readonly number[]; coverage: number } = { three: [0, 1, 2], coverage: -1 };
  for (let a = 0; a < columns.length; a++) {
    for (let b = a + 1; b < columns.length; b++) {
      for (let c = b + 1; c < columns.length; c++) {
        if (new Set([families[a], families[b], families[c]]).size < 3) continue;
        const three = [a, b, c];
        let agrees = 0;
        let isRight = 0;
        for (const row of index) {
          const at = agreementAt(columns, three, row);
          agrees += Number(at.agrees);
          isRight += Number(at.agrees && at.isRight);
        }
        const precision = isRight / agrees;
        // One standard error above the wanted precision, since the best of thousands looks better than it is.
        const margin = Math.sqrt((precision * (1 - precision)) / agrees);
        if (precision - margin >= wantedPrecision && agrees > best.coverage)
          best = { three, coverage: agrees };
      }
    }
  }
  return best.three;
}
