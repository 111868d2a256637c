import { bySeverity, type Finding } from '../../core/finding.ts';
import { clusterReports, mergeFindings } from '../findings/matching/cluster-by-threshold.ts';
import type { ToolContext } from '../offer/tool.ts';
import type { ReviewPlan, ReviewResult } from './run-review.ts';
import { settleUncertain } from './settle-uncertain.ts';

/**
 * The issues of the close look and the panel, each once. Issues that only the quick scan found are not confirmed by a
 * stronger model; if there was no close look, they are the result. An issue has the text of those that confirmed it.
 */
export async function joinStages(
  context: ToolContext,
  { subject, order, synthesisers, reviewers }: ReviewPlan,
  [quick, close, judged]: readonly (ReviewResult | undefined)[],
): Promise<{
  readonly issues: readonly Finding[];
  readonly unconfirmed: readonly Finding[];
  readonly notes: readonly string[];
}> {
  const confirming = close === undefined ? [quick, close, judged] : [close, judged];
  const confirmed = new Set(confirming.flatMap((result) => result?.issues ?? []));
  // Each stage repeats the issues that need no model.
  const own = new Set(subject.found);
  const reports = [quick, close, judged].map((result) =>
    [...(result?.issues ?? []), ...(result?.belowThreshold ?? [])].filter((finding) => !own.has(finding)),
  );
  const {
    issues: all,
    membersOf,
    notes,
  } = await settleUncertain(context, clusterReports(reports, 1), {
    ...order,
    threshold: 1,
    models: synthesisers?.(reviewers) ?? [reviewers[0]?.model ?? 'auto'],
  });
  const confirmedIn = (issue: Finding) =>
    (membersOf.get(issue) ?? []).filter((member) => confirmed.has(member));
  const merged = all.map(confirmedIn).filter((members) => members.length > 0);
  return {
    issues: [
      ...subject.found.filter((finding) => confirmed.has(finding)),
      ...merged.map(mergeFindings),
    ].toSorted(bySeverity),
    unconfirmed: all.filter((issue) => confirmedIn(issue).length === 0),
    notes,
  };
}
