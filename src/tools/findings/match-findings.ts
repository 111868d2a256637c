import type { Finding } from '../../core/finding.ts';
import { likeness, lineTolerance, samePlace, traitsOf } from './compare-findings.ts';
import { areEqualReports } from './equal-reports.ts';
import { plainWording } from './plain-wording.ts';

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
    uncertain.push(
      ...matching.uncertain.map(({ a, b, score }) => ({
        a: a + clusters.length,
        b: b + clusters.length,
        score,
      })),
    );
    clusters.push(...matching.clusters);
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
  const compare = pairComparison(ordered, sourcesOf);
  let clusters = ordered.map((_, index) => [index]);
  for (;;) {
    const [likeliest] = pairsOf(clusters, compare)
      .filter(({ areEqual }) => areEqual)
      .toSorted((x, y) => y.score - x.score);
    if (likeliest === undefined) break;
    clusters = joined(clusters, likeliest);
  }
  return {
    clusters: clusters.map((cluster) => ({ members: cluster.flatMap((index) => ordered[index] ?? []) })),
    uncertain: pairsOf(clusters, compare)
      .filter(({ score }) => score >= doubtful)
      .map(({ a, b, score }) => ({ a, b, score })),
  };
}

type Comparison = { readonly score: number; readonly areEqual: boolean };

type Compare = (a: number, b: number) => Comparison | undefined;

/** Compares every two findings at the same place once; other pairs have no comparison. */
function pairComparison(findings: readonly Finding[], sourcesOf: SourcesOf): Compare {
  const shareSource = (a: Finding, b: Finding) => {
    const sources = sourcesOf(b);
    return sourcesOf(a).some((source) => sources.includes(source));
  };
  const traits = findings.map(traitsOf);
  const comparisons = new Map<number, Comparison>();
  for (const [a, one] of traits.entries()) {
    for (const [b, other] of traits.entries()) {
      if (b <= a || !samePlace(one.finding, other.finding)) continue;
      const areEqual = areEqualReports(one.finding, other.finding);
      if (shareSource(one.finding, other.finding) && !areIdentical(one.finding, other.finding)) continue;
      comparisons.set(a * traits.length + b, { score: likeness(one, other), areEqual });
    }
  }
  return (a, b) => comparisons.get(Math.min(a, b) * traits.length + Math.max(a, b));
}

function areIdentical(a: Finding, b: Finding): boolean {
  return (
    a.startLine === b.startLine &&
    (a.endLine ?? a.startLine) === (b.endLine ?? b.startLine) &&
    plainWording(a.title) === plainWording(b.title) &&
    plainWording(a.explanation) === plainWording(b.explanation)
  );
}

type ComparedPair = UncertainPair & Comparison;

function pairsOf(clusters: readonly (readonly number[])[], compare: Compare): ComparedPair[] {
  return clusters.flatMap((first, a) =>
    clusters.slice(a + 1).flatMap((second, offset) => {
      const likeliest = likeliestOf(first, second, compare);
      return likeliest === undefined ? [] : [{ a, b: a + 1 + offset, ...likeliest }];
    }),
  );
}

/** The best score, and whether any pair is equal: reporters differ in which aspect of an issue they describe. */
function likeliestOf(a: readonly number[], b: readonly number[], compare: Compare): Comparison | undefined {
  const pairs = a.flatMap((one) => b.map((other) => compare(one, other)));
  const compared = pairs.flatMap((pair) => pair ?? []);
  if (compared.length < pairs.length) return undefined;
  return {
    score: Math.max(...compared.map(({ score }) => score)),
    areEqual: compared.some(({ areEqual }) => areEqual),
  };
}

/** Ordered by first member; members are ordered by place. */
function joined(clusters: readonly number[][], { a, b }: UncertainPair): number[][] {
  const union = [...(clusters[a] ?? []), ...(clusters[b] ?? [])].toSorted((x, y) => x - y);
  return [...clusters.filter((_, index) => index !== a && index !== b), union].toSorted(
    (x, y) => (x[0] ?? 0) - (y[0] ?? 0),
  );
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
