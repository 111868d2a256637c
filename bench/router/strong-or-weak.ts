import type { MemberWeights } from './models/gap-ensemble.ts';
import type { GapData, GapSettings } from './models/gap-model.ts';
import { promptScanner } from '../../src/learning/features/hashed-features.ts';
import { fitShapedGaps, type ShapedGap, shapedGapBytes, shapedGapScorer } from './models/shaped-gap.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { bootstrap, type Interval } from './bootstrap.ts';
import { fitEnsemble } from './ensembles.ts';
import { foldsOf, questionOf } from './folds.ts';
import { elevenPoints, type GapCurve, gapCurve } from './gap-curve.ts';
import type { Parts, RoutingRow } from './read-rows.ts';

/** A router's curve in three numbers. */
export type CurveIntervals = Readonly<Record<keyof GapCurve, Interval>>;

export type StrongOrWeak = CurveIntervals & {
  readonly judged: number;
  /** The number of rows it was fitted on. */
  readonly labelled: number;
  readonly weak: { readonly model: string; readonly accuracy: number };
  readonly strong: { readonly model: string; readonly accuracy: number };
  readonly apgrEnsemble: Interval;
  readonly cpt50Ensemble: Interval;
  readonly cpt80Ensemble: Interval;
  /** The same router on another benchmark of the same two models, on which nothing was fitted: .5 is chance. */
  readonly apgrElsewhere?: Interval;
  /** Cross-validated on the fitting rows, with the chosen settings: three times as many rows as are judged. */
  readonly heldOut: CurveIntervals;
  readonly ensembleHeldOut: CurveIntervals;
  /** The judged curves through eleven points only, as RouteLLM's own code draws them. */
  readonly elevenPoints: GapCurve;
  readonly ensembleElevenPoints: GapCurve;
  readonly bytes: number;
  readonly bytesEnsemble: number;
  readonly microsPerDecision: number;
  readonly microsPerDecisionEnsemble: number;
  /** The 128 KiB model fitted on fewer labels. */
  readonly labelCurve: readonly { readonly labels: number; readonly apgr: Interval }[];
  readonly chosen: GapSettings;
  /** The weight of each member's score: one over its spread. */
  readonly memberWeights: MemberWeights;
};

const smallBytes = 128 * 1024;

const grid: readonly GapSettings[] = [1, 2].flatMap((subjectWeight) =>
  [3, 5, 8].map((lambda) => ({ own: 0.75, lambda, shrinkage: 40, subjectWeight, rarity: false })),
);

/**
 * Judges routing to the strong or weak model from the prompt alone. Settings are chosen by cross-validation over
 * `choose`, the weights fitted on `fit`, and `judge` is used only for reporting.
 */
export function judgeStrongOrWeak(
  options: Parts & {
    /**
     * Rows of another benchmark that repeats, with more choices, the questions that small models missed: only the
     * questions are used, not the answers.
     */
    readonly askedAgain?: readonly RoutingRow[];
    /** Rows of another benchmark that the same two models answered. */
    readonly elsewhere?: readonly RoutingRow[];
  },
): StrongOrWeak {
  const { fit, choose, judge, askedAgain = [], elsewhere } = options;
  const [weak, strong] = weakAndStrong(fit);
  const pair = (rows: readonly RoutingRow[]) => labelsOf(rows, weak, strong);
  const chosen = chooseSettings(choose, pair(choose));
  const data = { ...gapData(fit, pair(fit)), ...hardOnes(fit, askedAgain) };
  const model = fitOne(data, chosen);
  const ensemble = fitEnsemble(data, { bytes: smallBytes, settings: chosen });
  const judged = pair(judge);
  const score = scorerOf(model);
  const scores = Float64Array.from(judge, ({ prompt }) => score(prompt));
  const ensembleScores = Float64Array.from(judge, ({ prompt }) => ensemble.score(prompt));
  const foreign = elsewhere && {
    scores: Float64Array.from(elsewhere, ({ prompt }) => score(prompt)),
    ...pair(elsewhere),
  };
  const onJudged = intervalsOf({ scores, ...judged });
  const ensembleOnJudged = intervalsOf({ scores: ensembleScores, ...judged });
  const heldOut = intervalsOf({ scores: ensemble.heldOut.small, ...pair(fit) });
  const ensembleHeldOut = intervalsOf({ scores: ensemble.heldOut.ensemble, ...pair(fit) });
  return {
    judged: judge.length,
    labelled: fit.length,
    weak: { model: weak, accuracy: mean(judged.weak) },
    strong: { model: strong, accuracy: mean(judged.strong) },
    ...onJudged,
    apgrEnsemble: ensembleOnJudged.apgr,
    cpt50Ensemble: ensembleOnJudged.cpt50,
    cpt80Ensemble: ensembleOnJudged.cpt80,
    ...(foreign && { apgrElsewhere: intervalOf(foreign, 'apgr') }),
    heldOut,
    ensembleHeldOut,
    elevenPoints: elevenPoints({ scores, ...judged }),
    ensembleElevenPoints: elevenPoints({ scores: ensembleScores, ...judged }),
    bytes: shapedGapBytes(model),
    bytesEnsemble: ensemble.bytes,
    microsPerDecision: microsPerDecision(score, judge),
    microsPerDecisionEnsemble: microsPerDecision(ensemble.score, judge),
    labelCurve: [
      ...[200, 500, 1500]
        .filter((labels) => labels < fit.length)
        .map((labels) => {
          const score = scorerOf(fewerLabels(fit, labels, pair));
          const scores = Float64Array.from(judge, ({ prompt }) => score(prompt));
          return { labels, apgr: intervalOf({ scores, ...judged }, 'apgr') };
        }),
      { labels: fit.length, apgr: onJudged.apgr },
    ],
    chosen,
    memberWeights: ensemble.weights,
  };
}

/** Marks the fitting rows whose question is also in the rows of another benchmark, if there are any. */
function hardOnes(rows: readonly RoutingRow[], askedAgain: readonly RoutingRow[]): Pick<GapData, 'hard'> {
  if (askedAgain.length === 0) return {};
  const questions = new Set(askedAgain.map(({ prompt }) => questionOf(prompt)));
  return { hard: Float64Array.from(rows, ({ prompt }) => Number(questions.has(questionOf(prompt)))) };
}

type Labels = { readonly weak: Float64Array; readonly strong: Float64Array };

/** Returns the weak and the strong model: the more expensive of the two in the data is the strong one. */
function weakAndStrong(rows: readonly RoutingRow[]): [string, string] {
  const cost = new Map<string, number>();
  for (const { results } of rows) {
    for (const [model, result] of results) cost.set(model, (cost.get(model) ?? 0) + (result.cost ?? 0));
  }
  const [weak = '', strong = ''] = [...cost.keys()].sort((a, b) => (cost.get(a) ?? 0) - (cost.get(b) ?? 0));
  return [weak, strong];
}

function labelsOf(rows: readonly RoutingRow[], weak: string, strong: string): Labels {
  const of = (model: string) => Float64Array.from(rows, ({ results }) => results.get(model)?.score ?? 0);
  return { weak: of(weak), strong: of(strong) };
}

function gapData(rows: readonly RoutingRow[], labels: Labels): GapData {
  const names = [...new Set(rows.map(({ group }) => group))];
  return {
    prompts: rows.map(({ prompt }) => prompt),
    gains: labels.strong.map((score, row) => score - (labels.weak[row] ?? 0)),
    groups: Int32Array.from(rows, ({ group }) => names.indexOf(group)),
    groupCount: names.length,
  };
}

function fitOne(data: GapData, settings: GapSettings): ShapedGap {
  const [model] = fitShapedGaps(data, {
    index: [...data.prompts.keys()],
    bytes: smallBytes,
    settings: [settings],
  });
  if (model === undefined) throw new Error('no settings, no model');
  return model;
}

/** Returns the settings whose cross-validated curve has the largest area under it. */
function chooseSettings(rows: readonly RoutingRow[], labels: Labels): GapSettings {
  const data = gapData(rows, labels);
  const scores = grid.map(() => new Float64Array(rows.length));
  const scanner = promptScanner();
  for (const { fit, judge } of foldsOf(data.prompts)) {
    const models = fitShapedGaps(data, { index: fit, bytes: smallBytes, settings: grid });
    const scorers = models.map(shapedGapScorer);
    for (const row of judge) {
      const prompt = data.prompts[row] ?? '';
      const features = scanner.scan(prompt);
      scorers.forEach((score, at) => scores[at]?.fill(score(prompt, features), row, row + 1));
    }
  }
  return best(grid, (settings) => areaOf(scores[grid.indexOf(settings)] ?? [], labels));
}

function areaOf(scores: ArrayLike<number>, labels: Labels): number {
  return gapCurve({ scores, ...labels })(new Uint16Array(scores.length).fill(1)).apgr;
}

/**
 * Measures what fewer labels teach: an evenly spaced sample of the training rows, with settings chosen on those alone.
 */
function fewerLabels(
  rows: readonly RoutingRow[],
  count: number,
  pair: (rows: readonly RoutingRow[]) => Labels,
): ShapedGap {
  const random = seededRandom(7);
  const drawn = rows
    .map((row) => ({ row, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ row }) => row);
  const labels = pair(drawn);
  return fitOne(gapData(drawn, labels), chooseSettings(drawn, labels));
}

function scorerOf(model: ShapedGap): (prompt: string) => number {
  const scanner = promptScanner();
  const score = shapedGapScorer(model);
  return (prompt) => score(prompt, scanner.scan(prompt));
}

type Scored = Labels & { readonly scores: Float64Array };

function intervalsOf(scored: Scored): CurveIntervals {
  return {
    apgr: intervalOf(scored, 'apgr'),
    cpt50: intervalOf(scored, 'cpt50'),
    cpt80: intervalOf(scored, 'cpt80'),
  };
}

function intervalOf(scored: Scored, of: keyof GapCurve): Interval {
  const curve = gapCurve(scored);
  return bootstrap(scored.scores.length, (draws) => curve(draws)[of]);
}

/**
 * Returns the CPU time of one decision, prompt to score, after a warm-up. The fastest of ten rounds: the others include
 * other work.
 */
function microsPerDecision(score: (prompt: string) => number, rows: readonly RoutingRow[]): number {
  const round = () => {
    const before = process.cpuUsage();
    for (const { prompt } of rows) score(prompt);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / rows.length;
  };
  return Math.min(...Array.from({ length: 10 }, round));
}

function best<T>(items: readonly T[], value: (item: T) => number): T {
  const rated = items.map((item) => ({ item, value: value(item) })).sort((a, b) => b.value - a.value);
  const [first] = rated;
  if (first === undefined) throw new Error('nothing to choose from');
  return first.item;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
