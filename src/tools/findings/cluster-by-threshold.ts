import { bySeverity, severities, type Finding, type Severity } from '../../core/finding.ts';
import { matchFindings, type FindingCluster } from './match-findings.ts';

export type Agreement = {
  /** Reported by at least as many models as the threshold asks; worst first. */
  readonly issues: readonly Finding[];
  /** Reported by fewer: listed, so that nobody thinks they were never seen. */
  readonly belowThreshold: readonly Finding[];
  /** Two of the above that may be one issue, likeliest first. */
  readonly uncertain: readonly (readonly [Finding, Finding])[];
};

/** One finding per issue, with everybody who reported it, parted by how many did. */
export function clusterByThreshold(findings: readonly Finding[], threshold: number): Agreement {
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

/** Joins what a model has said is one issue after all. */
export function mergeFindings(members: readonly Finding[]): Finding {
  return mergeCluster({ members });
}

/** The words of whoever was surest, the severity that most saw (the worse of two), and all reporters. */
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
  // From worst to mildest, so the first of the most frequent is the worst of them.
  return votes.reduce((best, vote) => (vote.count > best.count ? vote : best)).severity;
}
