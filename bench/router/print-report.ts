import Table from 'cli-table3';
import type { Interval } from './bootstrap.ts';
import type { RouterReport } from './judge-all.ts';
import { shown, targetsOf } from './targets.ts';
import type { Comparison } from './task-mix.ts';

/** Prints everything that was measured as one table, then each promise with whether it is kept. */
export function printReport(report: RouterReport): void {
  const { sets, split } = report;
  const table = plainTable(['set', 'what', 'rows', 'value [95 %]', 'cost ratio [95 %]']);
  const row = (set: string, what: string, rows: number, value: Interval, cost = '') =>
    table.push([set, what, rows, shown(value), cost]);
  const compared = (set: string, what: string, rows: number, { costRatio, qualityDifference }: Comparison) =>
    row(set, `${what}: score against the best single`, rows, qualityDifference, shown(costRatio));

  for (const set of ['routellm_mmlu', 'routellm_gsm8k'] as const) {
    const result = sets[set];
    if (result === undefined) continue;
    row(
      set,
      `APGR (${kib(result.bytes)}, ${result.microsPerDecision.toFixed(1)} µs)`,
      result.judged,
      result.apgr,
    );
    row(
      set,
      `APGR (${kib(result.bytesEnsemble)}, ${result.microsPerDecisionEnsemble.toFixed(1)} µs)`,
      result.judged,
      result.apgrEnsemble,
    );
    row(set, 'CPT50', result.judged, result.cpt50);
    row(set, 'CPT80', result.judged, result.cpt80);
    for (const { labels, apgr } of result.labelCurve)
      row(set, `APGR from ${labels} labels`, result.judged, apgr);
  }
  const mix = sets.llmrouter_uiuc;
  if (mix) {
    compared('llmrouter_uiuc', `same quality as ${mix.bestSingle.model}`, mix.judged, mix.sameQuality);
    compared('llmrouter_uiuc', 'best quality', mix.judged, mix.bestQuality);
    const { online } = mix;
    row('llmrouter_uiuc', `online: score against ${online.bestFixed}`, online.judged, online.difference);
    row('llmrouter_uiuc', 'online from nothing known', online.judged, online.coldDifference);
    row(
      'llmrouter_uiuc',
      'online: share of the gain with full information',
      online.judged,
      online.shareOfFullInformation,
    );
    row('llmrouter_uiuc', 'ECE of P(success)', mix.judged, { value: mix.ece, low: mix.ece, high: mix.ece });
  }
  const cascades = {
    'gsm + math + crux': sets.zeroeval_mix,
    zeroeval_gsm: sets.zeroeval_gsm,
    mmlupro: sets.mmlupro,
  };
  for (const [set, result] of Object.entries(cascades)) {
    if (result === undefined) continue;
    const how = result.crossValidated ? 'cross-validated' : 'held out';
    compared(
      set,
      `cascade, same accuracy as ${result.bestSingle.model} (${how})`,
      result.judged,
      result.sameAccuracy,
    );
    if (result === sets.zeroeval_gsm) {
      const { comparison, hindsightCostRatio: ratio, models } = sets.zeroeval_gsm.twoAgree;
      compared(set, `two cheap agree, else the best: ${models.join(', ')}`, result.judged, comparison);
      table.push([
        set,
        'cheapest with hindsight, fitted on the judged rows',
        result.judged,
        '+0',
        `${(100 * ratio).toFixed(1)} %`,
      ]);
    }
    compared(set, 'cascade, within one point', result.judged, result.withinOnePoint);
    compared(set, 'cascade, best accuracy', result.judged, result.bestAccuracy);
  }
  for (const set of ['zeroeval_gsm', 'zeroeval_crux'] as const) {
    const { agreement, agreementOfFamilies } = sets[set] ?? {};
    for (const [what, one] of Object.entries({
      'any three agree': agreement,
      'three families agree': agreementOfFamilies,
    })) {
      if (one === undefined) continue;
      row(set, `${what}: precision`, one.judged, one.precision);
      row(set, `${what}: coverage`, one.judged, one.coverage);
    }
  }
  console.log(`Router, judged on ${split}\n${table.toString()}`);

  const promises = plainTable(['set', 'what', 'goal', 'measured', '']);
  for (const { set, what, goal, measured, met } of targetsOf(report)) {
    promises.push([set, what, goal, measured, met ? 'met' : 'MISSED']);
  }
  console.log(promises.toString());
}

function plainTable(head: string[]) {
  return new Table({ head, style: { head: [], border: [], compact: true } });
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KiB`;
}
