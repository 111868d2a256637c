import { bySeverity, severities, type Finding, type Severity } from '../../../core/finding.ts';
import { matchFindings, type SourcesOf } from './match-findings.ts';
import { plainWording } from '../../wording/plain-wording.ts';

export type ClusteredFindings = {
  /** Reported by at least `threshold` models; worst first. */
  readonly issues: readonly Finding[];
  /** Reported by fewer models: listed, so that they are not lost. */
  readonly belowThreshold: readonly Finding[];
  /** Pairs of the above that may be the same issue, most likely first. */
  readonly uncertain: readonly (readonly [Finding, Finding])[];
  /** The given findings that each of the above was merged from. */
  readonly membersOf: ReadonlyMap<Finding, readonly Finding[]>;
  readonly sourcesOf: SourcesOf;
};

/**
 * Merges the findings of several reports into one per issue, with all the models that reported it, and splits them by how
 * many did. What different reports say may be one issue, also if one model wrote both, in two roles for example.
 */
export function clusterReports(
  reports: readonly (readonly Finding[])[],
  threshold: number,
): ClusteredFindings {
  const sources = new Map(
    reports.flatMap((findings, index) => findings.map((finding) => [finding, [`${index}`]] as const)),
  );
  return clusterByThreshold(reports.flat(), threshold, (finding) => sources.get(finding) ?? []);
}

/** Merges findings into one per issue, with all its reporters, and splits them by how many reported each. */
export function clusterByThreshold(
  findings: readonly Finding[],
  threshold: number,
  sourcesOf: SourcesOf = ({ reportedBy }) => reportedBy,
): ClusteredFindings {
  const { clusters, uncertain } = matchFindings(findings, sourcesOf);
  const merged = clusters.map(({ members }) => mergeFindings(members));
  return {
    ...splitByThreshold(merged, threshold),
    membersOf: new Map(merged.map((finding, index) => [finding, clusters[index]?.members ?? []])),
    sourcesOf,
    uncertain: uncertain.flatMap(({ a, b }) => {
      const [one, other] = [merged[a], merged[b]];
      return one && other ? [[one, other] as const] : [];
    }),
  };
}

/**
 * Joins pairs that are one issue, transitively and in the given order, and splits the result by the threshold again. Two
 * findings from one source are never joined: it reported two issues.
 */
export function joinPairs(
  { issues, belowThreshold, uncertain, membersOf, sourcesOf }: ClusteredFindings,
  pairs: readonly (readonly [Finding, Finding])[],
  threshold: number,
): ClusteredFindings {
  const groups = new Map([...issues, ...belowThreshold].map((finding) => [finding, [finding]]));
  const givenFindings = (group: readonly Finding[]) =>
    group.flatMap((finding) => membersOf.get(finding) ?? []);
  const sourcesOfGroup = (group: readonly Finding[]) => givenFindings(group).flatMap(sourcesOf);
  for (const [a, b] of pairs) {
    const [one, other] = [groups.get(a), groups.get(b)];
    if (!one || !other || one === other) continue;
    const sources = new Set(sourcesOfGroup(one));
    if (sourcesOfGroup(other).some((source) => sources.has(source))) continue;
    const joined = [...one, ...other];
    for (const member of joined) groups.set(member, joined);
  }
  const distinct = [...new Set(groups.values())];
  const merged = distinct.map(mergeFindings);
  return {
    ...splitByThreshold(merged, threshold),
    uncertain,
    membersOf: new Map(merged.map((finding, index) => [finding, givenFindings(distinct[index] ?? [])])),
    sourcesOf,
  };
}

function splitByThreshold(
  merged: readonly Finding[],
  threshold: number,
): Pick<ClusteredFindings, 'issues' | 'belowThreshold'> {
  const isAgreed = (finding: Finding) => finding.reportedBy.length >= threshold;
  return {
    issues: merged.filter(isAgreed).toSorted(bySeverity),
    belowThreshold: merged.filter((finding) => !isAgreed(finding)).toSorted(bySeverity),
  };
}

/**
 * The text of the most confident reporter, the most frequent severity (the worse in a tie), all reporters, and the other
 * titles: what was joined wrongly can still be seen.
 */
export function mergeFindings(members: readonly Finding[]): Finding {
  const [surest] = members.toSorted(
    (a, b) => b.confidence - a.confidence || b.explanation.length - a.explanation.length,
  );
  if (surest === undefined) throw new RangeError('a cluster has at least one finding');
  const fix = surest.suggestedFix ?? members.find(({ suggestedFix }) => suggestedFix)?.suggestedFix;
  const titles = new Map(
    members
      .flatMap(({ title, otherTitles = [] }) => [title, ...otherTitles])
      .map((title) => [plainWording(title), title]),
  );
  titles.delete(plainWording(surest.title));
  return {
    ...surest,
    ...(fix === undefined ? {} : { suggestedFix: fix }),
    ...(titles.size > 0 && { otherTitles: [...titles.values()] }),
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
