import type { Finding } from '../../src/core/finding.ts';
import { clusterByThreshold } from '../../src/tools/findings/matching/cluster-by-threshold.ts';
import { plantedDefects } from '../../test/support/planted-repository.ts';
import { reviewPlanted } from './review-planted.ts';
import { scoreFindings, type ReviewScore } from './score-findings.ts';

/** Ways to make one review of three. */
export const ways = ['best single', 'union', '2 of 3', '3 of 3'] as const;

export type PanelRow = { readonly correlation: number; readonly way: (typeof ways)[number] } & ReviewScore;

/** Every way at one error correlation, averaged over seeds. The best single model is known in hindsight only. */
export async function measurePanel(correlation: number, seeds: readonly number[]): Promise<PanelRow[]> {
  const singles = new Map<string, ReviewScore[]>();
  const agreed: ReviewScore[][] = [[], [], []];
  for (const seed of seeds) {
    const reports = await reviewPlanted({ correlation, seed });
    for (const { model, issues } of reports)
      singles.set(model, [...(singles.get(model) ?? []), scoreFindings(issues, plantedDefects)]);
    // Whoever answered in a fallback's place would blur who agreed with whom.
    const all: Finding[] = reports.flatMap(({ model, issues }) =>
      issues.map((issue) => ({ ...issue, reportedBy: [model] })),
    );
    for (const [index, scores] of agreed.entries())
      scores.push(scoreFindings(clusterByThreshold(all, index + 1).issues, plantedDefects));
  }
  const [best] = [...singles.values()].map(mean).toSorted((a, b) => b.recall - a.recall);
  const scores = [...(best ? [best] : []), ...agreed.map(mean)];
  return scores.flatMap((score, index) => {
    const way = ways[index];
    return way === undefined ? [] : [{ correlation, way, ...score }];
  });
}

function mean(scores: readonly ReviewScore[]): ReviewScore {
  const average = (of: (score: ReviewScore) => number) =>
    scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
  return {
    recall: average(({ recall }) => recall),
    criticalRecall: average(({ criticalRecall }) => criticalRecall),
    falseAlarms: average(({ falseAlarms }) => falseAlarms),
  };
}
