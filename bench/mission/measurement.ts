import { foldsOf } from '../router/folds.ts';
import { readRows, refuseGaps } from '../router/read-rows.ts';
import { judgeTaskMix, type Comparison } from '../router/task-mix.ts';
import { judgeAsking } from '../router/asking.ts';
import { isAsGoodForLess, points, shown } from '../router/targets.ts';
import { pricedAt } from '../../scripts/routing-data/cost-of.ts';
import { type Claim, percent } from './claim.ts';
import { atHeirsPrices } from './heirs.ts';
import { today } from './price-lists.ts';

const frugal = {
  promise: "the best model's quality for less (FrugalGPT)",
  published: '50–98 % saved',
  goal: goalOf(0.5),
};
const router = {
  promise: "the best model's quality for less (routers)",
  published: '40–80 % saved',
  goal: goalOf(0.4),
};

/**
 * Returns the claims measured on real models' answers, if the routing data are available: at the prices of the data, and at
 * today's prices of the models' successors. The router's nine open models are priced by size at any date.
 */
export async function measuredClaims(folder: string | undefined): Promise<Claim[]> {
  const common = { kind: 'measurement', prices: pricedAt } as const;
  if (folder === undefined) {
    const traffic = 'needs the routing data: --data DIR';
    return [frugal, router].map((claim) => ({ ...claim, ...common, traffic, found: 'not measured' }));
  }
  const claims: Claim[] = [];
  const [fit, judge] = [
    await readRows(folder, 'llmrouter_uiuc', 'train'),
    await readRows(folder, 'llmrouter_uiuc', 'dev'),
  ];
  if (fit && judge) {
    refuseGaps(fit, judge, { folder, set: 'llmrouter_uiuc', split: 'dev' });
    const { sameQuality } = judgeTaskMix({ fit, choose: fit, judge });
    const traffic = `${judge.length} prompts of 14 tasks, 9 models, routed by their words (a method of the bench)`;
    claims.push({ ...router, ...common, prices: 'by size', traffic, ...found(sameQuality, 0.4) });
  } else claims.push({ ...router, ...common, ...lacking('llmrouter_uiuc') });
  const gsm = [
    ...((await readRows(folder, 'zeroeval_gsm', 'train')) ?? []),
    ...((await readRows(folder, 'zeroeval_gsm', 'dev')) ?? []),
  ];
  if (gsm.length === 0) claims.push({ ...frugal, ...common, ...lacking('zeroeval_gsm') });
  else {
    const folds = foldsOf(gsm.map(({ prompt }) => prompt));
    const questions = `${gsm.length} GSM8K questions, cheap models first, others where they differ (planned by a method of the bench, cross-validated)`;
    for (const [prices, rows, traffic] of [
      [pricedAt, gsm, questions],
      [
        today.date,
        atHeirsPrices(gsm, today.date),
        `${questions}; answers of 2024 at the prices of their heirs`,
      ],
    ] as const) {
      const { sameAccuracy } = judgeAsking(rows, folds);
      claims.push({ ...frugal, ...common, prices, traffic, ...found(sameAccuracy, 0.5) });
    }
  }
  return claims;
}

function lacking(set: string): Pick<Claim, 'traffic' | 'found'> {
  return { traffic: `needs ${set}.train.jsonl.gz and ${set}.dev.jsonl.gz`, found: 'not measured' };
}

function goalOf(share: number): string {
  return `≥ ${percent(share)} saved, ≥ ${points(0)} points`;
}

/** Uses the rule of the router's own goals: a quality below the best model's is not the same quality. */
function found(comparison: Comparison, share: number): Pick<Claim, 'found' | 'met'> {
  const { costRatio, qualityDifference } = comparison;
  const interval = `[${percent(1 - costRatio.high)}, ${percent(1 - costRatio.low)}]`;
  return {
    found: `${percent(1 - costRatio.value)} ${interval} saved, ${shown(qualityDifference, points)} points`,
    met: isAsGoodForLess(comparison, 1 - share),
  };
}
