import type { Finding } from '../../../core/finding.ts';
import { likeness, lineTolerance, samePlace, traitsOf } from './compare-findings.ts';
import { areEqualReports, areIdenticalReports } from './equal-reports.ts';
import { joinClusters, type PairComparison } from './join-clusters.ts';
import { reportWording } from './report-wording.ts';

/**
 * The names of who reported a finding. One source seldom reports an issue twice, so what it reports is only joined if it
 * is identical.
 */
export type SourcesOf = (finding: Finding) => readonly string[];

/** Findings by several reporters that are the same issue. */
export type FindingCluster = { readonly members: readonly Finding[] };

/** Two clusters at the same place that may be the same issue: a model decides. */
export type UncertainPair = { readonly a: number; readonly b: number; readonly score: number };

export type Matching = {
  readonly clusters: readonly FindingCluster[];
  /** Indexes into `clusters`, most likely first. */
  readonly uncertain: readonly UncertainPair[];
};

/** Log-odds down to which a pair is uncertain: a model decides. */
const doubtful = -2.5;

/**
 * Joins equal reports within ±3 lines, and lists the pairs of others that may mean the same issue. Deterministic: the
 * order of the findings does not matter. Each group takes at most one finding per source, so that two issues at one place
 * are not merged; only identical findings of one source are.
 */
export function matchFindings(
  findings: readonly Finding[],
  sourcesOf: SourcesOf = ({ reportedBy }) => reportedBy,
): Matching {
  const clusters: FindingCluster[] = [];
  const uncertain: UncertainPair[] = [];
  for (const group of neighbours(findings.toSorted(byPlaceAndText))) {
    const matching = matchNeighbours(group, sourcesOf);
    for (const { a, b, score } of matching.uncertain)
      uncertain.push({ a: a + clusters.length, b: b + clusters.length, score });
    for (const cluster of matching.clusters) clusters.push(cluster);
  }
  return { clusters, uncertain: uncertain.toSorted((x, y) => y.score - x.score) };
}

/** Splits a file's findings into groups that are too far apart for any match between them. */
function neighbours(ordered: readonly Finding[]): Finding[][] {
  const groups: Finding[][] = [];
  let reach = -Infinity;
  for (const finding of ordered) {
    const open = groups.at(-1);
    const { file, startLine = 0, endLine = finding.startLine ?? Infinity } = finding;
    if (open?.[0]?.file === file && startLine <= reach + lineTolerance) {
      open.push(finding);
      reach = Math.max(reach, endLine);
    } else {
      groups.push([finding]);
      reach = endLine;
    }
  }
  return groups;
}

function matchNeighbours(ordered: readonly Finding[], sourcesOf: SourcesOf): Matching {
  const { clusters, pairs } = joinClusters(ordered.length, pairComparison(ordered, sourcesOf));
  return {
    clusters: clusters.map((cluster) => ({ members: cluster.flatMap((index) => ordered[index] ?? []) })),
    uncertain: pairs.filter(({ score }) => score >= doubtful).map(({ a, b, score }) => ({ a, b, score })),
  };
}

/** Compares findings at the same place; others, and different ones of the same source, have no comparison. */
function pairComparison(
  findings: readonly Finding[],
  sourcesOf: SourcesOf,
): (a: number, b: number) => PairComparison | undefined {
  const reports = findings.map((finding) => ({
    finding,
    traits: traitsOf(finding),
    wording: reportWording(finding),
    sources: sourcesOf(finding),
  }));
  return (a, b) => {
    const [one, other] = [reports[a], reports[b]];
    if (!one || !other || !samePlace(one.finding, other.finding)) return undefined;
    const shareSource = one.sources.some((source) => other.sources.includes(source));
    if (shareSource && !areIdenticalReports(one, other)) return undefined;
    return { score: likeness(one.traits, other.traits), areEqual: areEqualReports(one, other) };
  };
}

function byPlaceAndText(a: Finding, b: Finding): number {
  return compareKeys(keyOf(a), keyOf(b));
}

function keyOf({
  file,
  startLine = 0,
  endLine = 0,
  title,
  explanation,
  reportedBy,
}: Finding): (string | number)[] {
  return [file, startLine, endLine, title, reportedBy.join(), explanation];
}

function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? value;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
