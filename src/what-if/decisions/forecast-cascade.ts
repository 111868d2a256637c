import type { Model } from '../../core/model.ts';
import { costOf } from '../../core/money/price.ts';
import { completionTokens, noUsage, promptTokens } from '../../core/money/usage.ts';
import { inOwnWords } from '../../core/routing/acceptance/in-own-words.ts';
import type { Acceptance } from '../../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import type { StepVerdict } from '../../core/stores/ledger.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import type { Decided } from './decided.ts';
import type { World } from '../world/world.ts';

export type ForecastStep = { readonly model: Model; readonly acceptance: Acceptance | undefined };

type Forecast = {
  readonly row: PaidCall;
  readonly features: RequestFeatures;
  readonly world: Pick<World, 'expectedVerdicts'>;
  /** What the call costs and achieves if a model answers it alone; `undefined` if its price is unknown. */
  readonly alone: (model: Model) => Decided | undefined;
};

/** A step at which the cascade may end, and how likely that is. */
type End = {
  readonly answer: Decided;
  readonly share: number;
  readonly spent: number;
  /** The chance that the answer given there is right. */
  readonly chance: number;
};

/**
 * Forecasts a call as a cascade. As long as the same models are asked as in the past call, the recorded probability of
 * each answer is used and compared with the current threshold. From the first difference on, answers are assumed to be
 * accepted, alone or by agreement, as often as such answers usually are. The last step answers whatever is left.
 */
export function forecastCascade(steps: readonly ForecastStep[], forecast: Forecast): Decided | undefined {
  const { row, alone } = forecast;
  const ends: End[] = [];
  let reached = 1;
  let spent = 0;
  let isKnown = true;
  for (const [at, { model, acceptance }] of steps.entries()) {
    const answer = alone(model);
    const verdict = row.verdicts?.[at];
    isKnown &&= verdict?.model === model.id;
    if (!answer) continue;
    const known = isKnown ? verdict : undefined;
    if (known?.requestIds.length !== 0)
      spent += (acceptance?.samples ?? 1) * answer.nanoUsd + judging(row, acceptance);
    const { share, chance } = acceptance
      ? accepted({ answer, acceptance, at, known }, forecast)
      : { share: 1, chance: known?.probability ?? answer.quality.mean };
    ends.push({ answer, share: reached * share, spent, chance });
    reached *= 1 - share;
  }
  const [likeliest] = ends.toSorted((a, b) => b.share - a.share);
  if (!likeliest) return undefined;
  const mean = (of: (end: End) => number) => ends.reduce((sum, end) => sum + end.share * of(end), 0);
  const nanoUsd = mean((end) => end.spent);
  return {
    ...likeliest.answer,
    path: steps.map(({ model }) => model.id),
    nanoUsd: Math.round(nanoUsd),
    deviation: Math.sqrt(mean((end) => (end.spent - nanoUsd) ** 2)),
    quality: {
      ...likeliest.answer.quality,
      mean: mean((end) => end.chance),
      parts: ends.map(({ answer: { quality }, share }) => ({
        model: quality.model,
        deviation: share * quality.deviation,
      })),
    },
    endsAsBefore: endsAsBefore(steps, row.verdicts),
  };
}

type Answered = {
  readonly answer: Decided;
  readonly acceptance: Acceptance;
  readonly at: number;
  readonly known: StepVerdict | undefined;
};

/** Returns how often a step's answer is accepted, and how likely an accepted one is right. */
function accepted(
  { answer, acceptance, at, known }: Answered,
  { features, world }: Forecast,
): { readonly share: number; readonly chance: number } {
  const { threshold, judge = [] } = acceptance;
  if (known)
    return { share: Number(isAccepted(known, threshold)), chance: known.probability ?? answer.quality.mean };
  // The caller's check accepts right answers only.
  if (features.work.isChecked) return { share: answer.quality.mean, chance: 1 };
  const { alone, agreed, differed, agreement } = world.expectedVerdicts(answer.quality.mean);
  const isCompared = at > 0 && mayAgree(features);
  const leastFound = isCompared ? differed : alone;
  if (leastFound >= threshold) return { share: 1, chance: alone };
  const share = isCompared && agreed >= threshold ? agreement : 0;
  if (judge.length === 0) return { share, chance: agreed };
  // A judge accepts the right answers among the rest.
  const found = (1 - share) * answer.quality.mean;
  const asGood = Math.max(threshold, answer.quality.mean);
  return { share: share + found, chance: (share * agreed + found * asGood) / (share + found) };
}

function isAccepted({ accepted: was, probability }: StepVerdict, threshold: number): boolean {
  return probability === undefined ? was : probability >= threshold;
}

function mayAgree({ work: { task }, request: { needs } }: RequestFeatures): boolean {
  return (
    task === undefined ||
    !inOwnWords.has(task) ||
    needs.some((need) => need === 'tools' || need === 'json-schema')
  );
}

/**
 * Whether the same models would be asked in the same order as far as the call went, with each answer accepted or
 * rejected as before.
 */
function endsAsBefore(steps: readonly ForecastStep[], verdicts: readonly StepVerdict[] | undefined): boolean {
  return (
    verdicts?.every((verdict, at) => {
      const { model, acceptance } = steps[at] ?? {};
      if (model?.id !== verdict.model) return false;
      return acceptance === undefined || isAccepted(verdict, acceptance.threshold) === verdict.accepted;
    }) ?? false
  );
}

/** Output tokens of a verdict. */
const judgementTokens = 100;

/** Returns the cost of a verdict: a judge reads the question and the answer. */
function judging({ usage, startedAt }: PaidCall, acceptance: Acceptance | undefined): number {
  const price = acceptance?.judge?.[0]?.model.price;
  if (!price) return 0;
  const read = promptTokens(usage) + completionTokens(usage);
  return Number(costOf({ ...noUsage, input: read, output: judgementTokens }, price, startedAt));
}
