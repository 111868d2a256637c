import type { Section } from '../section.ts';
import type { Interval } from './bootstrap.ts';
import type { GapCurve } from './gap-curve.ts';
import type { RouterReport } from './judge-all.ts';
import type { CurveIntervals } from './strong-or-weak.ts';
import { exact, percent, shown, targetsOf } from './targets.ts';
import type { Comparison } from './task-mix.ts';

type Row = readonly string[];

const whatRuns =
  'Rows marked "gateway" measure the code that routes live calls; rows marked "bench" measure methods that exist only in the benchmark and never route a live call.';

const intervals =
  'Intervals of 95 % are percentile bootstraps over the judged rows, without refitting; those of calibration errors, which chance alone raises, are moved by their bias.';

/** Returns all measurements as one table, and a table of the goals and whether each is met. */
export function reportSections(report: RouterReport): Section[] {
  const command = `npm run bench:router -- --data DIR --split ${report.split} --write`;
  const promises = targetsOf(report).map(({ runs, set, judgedOn, what, goal, measured, met }) => {
    return [runs, set, judgedOn, what, goal, measured, met ? 'met' : 'MISSED'];
  });
  return [
    {
      id: 'router-goals',
      title: "The router on real models' scores: goals",
      explanation: `Nothing is fitted on the rows that it is judged on; docs/router-research.md lists what was set after looking at them. ${intervals} Cost and quality are met together or not at all. ${whatRuns}`,
      columns: ['runs in', 'set', 'judged on', 'what', 'goal', 'measured [95 %]', ''],
      rows: promises,
      command,
    },
    {
      id: 'router',
      title: "The router on real models' scores: everything measured",
      explanation: `In rows with a cost ratio, value and ratio compare with the best single model: value is the score difference. ${intervals} What is "cross-validated on train" was also chosen on those rows, by the same folds, so its figures are too good. ${whatRuns}`,
      columns: ['runs in', 'set', 'what', 'rows', 'value [95 %]', 'cost ratio [95 %]'],
      rows: [
        ...shippedRows(report).map((cells) => ['gateway', ...cells]),
        ...[
          ...strongOrWeakRows(report),
          ...taskMixRows(report),
          ...cascadeRows(report),
          ...agreementRows(report),
        ].map((cells) => ['bench', ...cells]),
      ],
      command,
    },
  ];
}

function strongOrWeakRows({ sets }: RouterReport): Row[] {
  return (['routellm_mmlu', 'routellm_gsm8k'] as const).flatMap((set) => {
    const result = sets[set];
    if (result === undefined) return [];
    const one = (what: string, value: Interval) => row(set, what, result.judged, value);
    const about = (bytes: number, micros: number) =>
      `${(bytes / 1024).toFixed(0)} KiB, ${micros.toFixed(1)} µs`;
    return [
      one(`APGR (${about(result.bytes, result.microsPerDecision)})`, result.apgr),
      one('CPT50', result.cpt50),
      one('CPT80', result.cpt80),
      one(
        `APGR, ensemble (${about(result.bytesEnsemble, result.microsPerDecisionEnsemble)})`,
        result.apgrEnsemble,
      ),
      one('CPT50, ensemble', result.cpt50Ensemble),
      one('CPT80, ensemble', result.cpt80Ensemble),
      ...(result.apgrElsewhere
        ? [one('APGR on routellm_gsm8k, not used for fitting', result.apgrElsewhere)]
        : []),
      ...curveRows(set, 'through eleven points', result.judged, pointsOf(result.elevenPoints)),
      ...curveRows(
        set,
        'ensemble, through eleven points',
        result.judged,
        pointsOf(result.ensembleElevenPoints),
      ),
      ...curveRows(set, 'cross-validated on train', result.labelled, result.heldOut),
      ...curveRows(set, 'ensemble, cross-validated on train', result.labelled, result.ensembleHeldOut),
      ...result.labelCurve.map(({ labels, apgr }) => one(`APGR from ${labels} labels`, apgr)),
    ];
  });
}

function curveRows(set: string, how: string, rows: number, curve: CurveIntervals): Row[] {
  return [
    row(set, `APGR, ${how}`, rows, curve.apgr),
    row(set, `CPT50, ${how}`, rows, curve.cpt50),
    row(set, `CPT80, ${how}`, rows, curve.cpt80),
  ];
}

function pointsOf({ apgr, cpt50, cpt80 }: GapCurve): CurveIntervals {
  return { apgr: exact(apgr), cpt50: exact(cpt50), cpt80: exact(cpt80) };
}

function shippedRows({ sets }: RouterReport): Row[] {
  const set = 'llmrouter_uiuc';
  const { shipped } = sets[set] ?? {};
  if (shipped === undefined) return [];
  const { fromNothing, trained } = shipped;
  const { judged, bestFixed } = trained;
  const { sameQuality } = trained;
  const told = 'trained on the ledger';
  return [
    row(set, `online, from nothing known: score against ${bestFixed}`, judged, fromNothing.difference),
    row(
      set,
      'online, from nothing known: share of the gain with full information',
      judged,
      fromNothing.shareOfFullInformation,
    ),
    row(set, `online, ${told}: score against ${bestFixed}`, judged, trained.difference),
    row(
      set,
      `online, ${told}: share of the gain with full information`,
      judged,
      trained.shareOfFullInformation,
    ),
    compared(set, `learned, ${told}, quality 1`, judged, sameQuality),
    row(set, `ECE of P(success), ${told}, all models together`, judged, exact(trained.ece)),
    row(set, `ECE of P(success), ${told}, mean of each model’s own`, judged, trained.ecePerModel),
  ];
}

function taskMixRows({ sets }: RouterReport): Row[] {
  const set = 'llmrouter_uiuc';
  const mix = sets[set];
  if (mix === undefined) return [];
  const { online } = mix;
  return [
    compared(set, `same quality as ${mix.bestSingle.model}`, mix.judged, mix.sameQuality),
    compared(set, 'best quality', mix.judged, mix.bestQuality),
    row(set, `online: score against ${online.bestFixed}`, online.judged, online.difference),
    row(set, 'online: share of the gain with full information', online.judged, online.shareOfFullInformation),
    row(set, 'ECE of P(success), all models together', mix.judged, exact(mix.ece)),
    row(set, 'ECE of P(success), mean of each model’s own', mix.judged, mix.ecePerModel),
  ];
}

function cascadeRows({ sets }: RouterReport): Row[] {
  const cascades = {
    'gsm + math + crux': sets.zeroeval_mix,
    zeroeval_gsm: sets.zeroeval_gsm,
    mmlupro: sets.mmlupro,
  };
  return Object.entries(cascades).flatMap(([set, result]) => {
    if (result === undefined) return [];
    const how = result.crossValidated ? 'cross-validated' : 'held out';
    const one = (what: string, comparison: Comparison) => compared(set, what, result.judged, comparison);
    return [
      one(`cascade, same accuracy as ${result.bestSingle.model} (${how})`, result.sameAccuracy),
      one('cascade, within one point', result.withinOnePoint),
      one('cascade, best accuracy', result.bestAccuracy),
      ...(result === sets.zeroeval_gsm ? askingRows(sets.zeroeval_gsm) : []),
    ];
  });
}

function askingRows({ judged, ...gsm }: NonNullable<RouterReport['sets']['zeroeval_gsm']>): Row[] {
  const set = 'zeroeval_gsm';
  const asked = Object.entries(gsm.asked)
    .sort(([, a], [, b]) => b - a)
    .map(([model, share]) => `${model} ${percent(share)}`);
  return [
    compared(set, 'cascade, at a tenth of the cost', judged, gsm.atTenth),
    [
      set,
      `models that the cascade of the same accuracy asks (last fold): ${asked.join(', ')}`,
      String(judged),
      '',
      '',
    ],
    ...Object.entries({ three: gsm.leastShares.threeCalls, four: gsm.leastShares.fourCalls }).map(
      ([calls, least]) => [
        set,
        `hindsight: any policy of up to ${calls} calls that sees which models agree, on the judged rows`,
        String(judged),
        '+0',
        `≥ ${percent(least)}`,
      ],
    ),
  ];
}

function agreementRows({ split, sets }: RouterReport): Row[] {
  const how = split === 'dev' ? 'cross-validated' : 'held out';
  return (['zeroeval_gsm', 'zeroeval_crux'] as const).flatMap((set) => {
    const { agreement, agreementOfFamilies } = sets[set] ?? {};
    const kinds = { 'any three agree': agreement, 'three families agree': agreementOfFamilies };
    return Object.entries(kinds).flatMap(([what, one]) =>
      one === undefined
        ? []
        : [
            row(set, `${what}: precision (${how})`, one.judged, one.precision),
            row(set, `${what}: coverage (${how})`, one.judged, one.coverage),
          ],
    );
  });
}

function compared(set: string, what: string, rows: number, comparison: Comparison): Row {
  const { costRatio, qualityDifference } = comparison;
  return row(set, `${what}: score against the best single`, rows, qualityDifference, shown(costRatio));
}

function row(set: string, what: string, rows: number, value: Interval, cost = ''): Row {
  return [set, what, String(rows), shown(value), cost];
}
