import type { Agreement } from './agreement.ts';
import type { LeastShares } from './asking.ts';
import type { Interval } from './bootstrap.ts';
import type { RouterReport } from './judge-all.ts';
import type { Comparison } from './task-mix.ts';

/** One promise with its measurement. The value decides whether it is met, even if the interval includes the goal. */
export type Target = {
  readonly set: string;
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
  /** How many rows of which part of the data were judged, and whether they were cross-validated. */
  readonly judgedOn: string;
  /** What was measured: the code that routes live calls, or a method that only the bench uses. */
  readonly runs: 'gateway' | 'bench';
};

type Measured = Omit<Target, 'runs' | 'judgedOn'>;

/** Returns every promise that the measured sets can keep or break. */
export function targetsOf({ split, sets }: RouterReport): Target[] {
  const { routellm_mmlu: mmlu, llmrouter_uiuc: mix, zeroeval_mix: three, zeroeval_gsm: gsm } = sets;
  const { zeroeval_crux: crux, mmlupro } = sets;
  const ofBench: (Measured | undefined)[] = [
    mmlu && atLeast('routellm_mmlu', 'APGR, 128 KiB', mmlu.apgr, 0.68),
    mmlu && atLeast('routellm_mmlu', 'APGR, 1 MiB', mmlu.apgrEnsemble, 0.7),
    mmlu && atMost('routellm_mmlu', 'CPT50, 128 KiB', mmlu.cpt50, 0.24, percent),
    mmlu && atMost('routellm_mmlu', 'CPT50, 1 MiB', mmlu.cpt50Ensemble, 0.24, percent),
    mmlu && atMost('routellm_mmlu', 'CPT80, 128 KiB', mmlu.cpt80, 0.55, percent),
    mmlu && atMost('routellm_mmlu', 'CPT80, 1 MiB', mmlu.cpt80Ensemble, 0.55, percent),
    mmlu && atMost('routellm_mmlu', 'weights, bytes', exact(mmlu.bytes), 131_072, String),
    mmlu &&
      atMost('routellm_mmlu', 'weights of the ensemble, bytes', exact(mmlu.bytesEnsemble), 1_048_576, String),
    mmlu && atMost('routellm_mmlu', 'CPU per decision, µs', exact(mmlu.microsPerDecision), 20, micros),
    mix && sameForLess('llmrouter_uiuc', mix.sameQuality, 0.27, 'stretch: 20 %'),
    mix &&
      atLeast('llmrouter_uiuc', 'best attainable, points', mix.bestQuality.qualityDifference, 0.03, points),
    mix && atMost('llmrouter_uiuc', 'ECE', exact(mix.ece), 0.05),
    mix && atMost('llmrouter_uiuc', 'ECE, mean of each model’s own', mix.ecePerModel, 0.05),
    mix &&
      lowestAtLeast(
        'llmrouter_uiuc',
        'online, points compared with the best fixed',
        mix.online.difference,
        -0.01,
      ),
    mix &&
      atLeast(
        'llmrouter_uiuc',
        'online, share of full information',
        mix.online.shareOfFullInformation,
        0.9,
        percent,
      ),
    mix &&
      atMost(
        'llmrouter_uiuc',
        'online, calls until demoted',
        exact(mix.online.callsUntilDemoted.worst),
        100,
        String,
      ),
    three && sameForLess('gsm + math + crux', three.sameAccuracy, 0.3),
    gsm && sameForLess('zeroeval_gsm', gsm.sameAccuracy, 0.1, bound(gsm.leastShares)),
    gsm && atThatPrice('zeroeval_gsm', gsm.atTenth, 0.1),
    gsm && agreement('zeroeval_gsm', gsm.agreement, 0.8),
    gsm && agreement('zeroeval_gsm', gsm.agreementOfFamilies, 0.8, 'three families'),
    crux && agreement('zeroeval_crux', crux.agreement, 0.6),
    crux && agreement('zeroeval_crux', crux.agreementOfFamilies, 0.6, 'three families'),
    mmlupro && sameForLess('mmlupro', mmlupro.sameAccuracy, 0.7),
  ];
  const ofGateway: (Measured | undefined)[] = [
    mix &&
      lowestAtLeast(
        'llmrouter_uiuc',
        'online, from nothing known, points compared with the best fixed',
        mix.shipped.fromNothing.difference,
        -0.01,
      ),
    mix &&
      sameForLess(
        'llmrouter_uiuc',
        mix.shipped.trained.sameQuality,
        0.27,
        'stretch: 20 %; learned, trained on the ledger, all of its quality wanted',
      ),
    mix &&
      lowestAtLeast(
        'llmrouter_uiuc',
        'online, trained on the ledger, points compared with the best fixed',
        mix.shipped.trained.difference,
        -0.01,
      ),
    mix &&
      atLeast(
        'llmrouter_uiuc',
        'online, trained, share of full information',
        mix.shipped.trained.shareOfFullInformation,
        0.9,
        percent,
      ),
    mix &&
      atMost(
        'llmrouter_uiuc',
        'online, trained, calls until demoted',
        exact(mix.shipped.trained.callsUntilDemoted.worst),
        100,
        String,
      ),
    mix && atMost('llmrouter_uiuc', 'ECE, trained on the ledger', exact(mix.shipped.trained.ece), 0.05),
    mix &&
      atMost(
        'llmrouter_uiuc',
        'ECE, trained on the ledger, mean of each model’s own',
        mix.shipped.trained.ecePerModel,
        0.05,
      ),
    mix &&
      atMost(
        'llmrouter_uiuc',
        'learned state, bytes',
        exact(mix.shipped.trained.stateBytes),
        10_000_000,
        String,
      ),
  ];
  const judgedOn = new Map([
    ['routellm_mmlu', mmlu && `${mmlu.judged} rows of ${split}`],
    ['llmrouter_uiuc', mix && `${mix.judged} rows of ${split}`],
    ['gsm + math + crux', three && foldedRows(three.judged, split)],
    ['zeroeval_gsm', gsm && foldedRows(gsm.judged, split)],
    ['zeroeval_crux', crux && foldedRows(crux.agreement.judged, split)],
    ['mmlupro', mmlupro && `${mmlupro.judged} rows of ${split}`],
  ]);
  const marked = (targets: readonly (Measured | undefined)[], runs: Target['runs']) =>
    targets
      .filter((target) => target !== undefined)
      .map((target): Target => ({ ...target, runs, judgedOn: judgedOn.get(target.set) ?? '' }));
  return [...marked(ofGateway, 'gateway'), ...marked(ofBench, 'bench')];
}

/**
 * Describes the judged rows of the small sets: for dev, all rows of train and dev are held out in turn and judged then.
 */
export function foldedRows(rows: number, split: string): string {
  return split === 'dev' ? `${rows} rows of train and dev, cross-validated` : `${rows} rows of ${split}`;
}

type Show = (value: number) => string;

const fixed3: Show = (value) => value.toFixed(3);
const micros: Show = (value) => value.toFixed(1);
export const percent: Show = (value) => `${(100 * value).toFixed(1)} %`;
/** Formats hundredths, with their sign. */
export const points: Show = (value) => `${value < 0 ? '' : '+'}${(100 * value).toFixed(2)}`;

/** Formats a value with its interval in brackets, or the value alone if there is none. */
export function shown({ value, low, high }: Interval, show: Show = fixed3): string {
  return low === high ? show(value) : `${show(value)} [${show(low)}, ${show(high)}]`;
}

function atLeast(set: string, what: string, measured: Interval, goal: number, show: Show = fixed3): Measured {
  return { set, what, goal: `≥ ${show(goal)}`, measured: shown(measured, show), met: measured.value >= goal };
}

function atMost(set: string, what: string, measured: Interval, goal: number, show: Show = fixed3): Measured {
  return { set, what, goal: `≤ ${show(goal)}`, measured: shown(measured, show), met: measured.value <= goal };
}

/** Creates a promise about the lower end of the interval. */
function lowestAtLeast(set: string, what: string, measured: Interval, goal: number): Measured {
  const how = `95 % bound > ${points(goal)}`;
  return { set, what, goal: how, measured: shown(measured, points), met: measured.low > goal };
}

/** Creates a promise of cost and quality, which are met together or not at all. */
function sameForLess(
  set: string,
  { costRatio, qualityDifference }: Comparison,
  goal: number,
  note = '',
): Measured {
  return {
    set,
    what: "best single model's quality",
    goal: `≤ ${percent(goal)} of its cost${note && ` (${note})`}`,
    measured: `${shown(costRatio, percent)} at ${shown(qualityDifference, points)} points`,
    met: isAsGoodForLess({ costRatio, qualityDifference }, goal),
  };
}

/**
 * Whether the cost is at most that share and the quality is no worse by its value, whatever its interval: with few
 * rows, an interval would count anything as equally good.
 */
export function isAsGoodForLess(
  { costRatio, qualityDifference }: Pick<Comparison, 'costRatio' | 'qualityDifference'>,
  share: number,
): boolean {
  return costRatio.value <= share && qualityDifference.value >= 0;
}

function bound({ fourCalls }: LeastShares): string {
  return `even in hindsight ≥ ${percent(fourCalls)} with four calls`;
}

/** Creates the same promise from the other side: what is lost at the promised price. */
function atThatPrice(set: string, comparison: Comparison, price: number): Measured {
  return {
    ...sameForLess(set, comparison, price),
    what: `quality at ${percent(price)} of the best single model's cost`,
    goal: `≥ ${points(0)} points`,
  };
}

function agreement(
  set: string,
  { coverage, precision, models }: Agreement,
  goal: number,
  among = 'any three',
): Measured {
  return {
    set,
    what: `3 of 3 agree, ${among} (in the last fold ${models.join(', ')})`,
    goal: `precision ≥ .98 at ≥ ${percent(goal)}`,
    measured: `${shown(precision)} at ${shown(coverage, percent)}`,
    met: precision.value >= 0.98 && coverage.value >= goal,
  };
}

/** Returns an interval for a value that does not depend on the drawn rows. */
export function exact(value: number): Interval {
  return { value, low: value, high: value };
}
