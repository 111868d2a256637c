import { bySeverity, severities, type Finding, type Severity } from '../../core/finding.ts';
import { matchFindings, type FindingCluster } from './match-findings.ts';

export type ClusteredFindings = {
  /** Reported by at least `threshold` models; worst first. */
  readonly issues: readonly Finding[];
  /** Reported by fewer models: listed, so that they are not lost. */
  readonly belowThreshold: readonly Finding[];
  /** Pairs of the above that may be the same issue, most likely first. */
  readonly uncertain: readonly (readonly [Finding, Finding])[];
};

/** Merges findings into one per issue, with all its reporters, and splits them by how many reported each. */
export function clusterByThreshold(findings: readonly Finding[], threshold: number): ClusteredFindings {
  const { clusters, uncertain } = matchFindings(findings);
  const merged = clusters.map(mergeCluster);
  const agreed = (finding: Finding) => finding.reportedBy.length >= threshold;
  return {
    issues: merged.filter(agreed).toSorted(bySeverity),
    belowThreshold: merged.filter((finding) => !agreed(finding)).toSorted(bySeverity),
    uncertain: uncertain.flatMap(({ a, b }) => {
      const [one, other] = [merged[a], merged[b]];
      return one && other ? [[one, other] as const] : [];
    }),
  };
}

/** Merges findings that a model judged to be one issue. */
export function mergeFindings(members: readonly Finding[]): Finding {
  return mergeCluster({ members });
}

/** The text of the most confident reporter, the most frequent severity (the worse in a tie), and all reporters. */
function mergeCluster({ members }: FindingCluster): Finding {
  const [surest] = members.toSorted(
    (a, b) => b.confidence - a.confidence || b.explanation.length - a.explanation.length,
  );
  if (surest === undefined) throw new RangeError('a cluster has at least one finding');
  const fix = surest.suggestedFix ?? members.find(({ suggestedFix }) => suggestedFix)?.suggestedFix;
  return {
    ...surest,
    ...(fix === undefined ? {} : { suggestedFix: fix }),
    severity: commonSeverity(members),
    reportedBy: [...new Set(members.flatMap(({ reportedBy }) => reportedBy))].toSorted(),
  };
}

function commonSeverity(members: readonly Finding[]): Severity {
  const votes = severities.map((severity) => ({
    severity,
    count: members.filter((member) => member.severity === severity).length,
  }));
  // Votes are ordered from worst to mildest, so the first of the most frequent is the worst.
  return votes.reduce((best, vote) => (vote.count > best.count ? vote : best)).severity;
}
