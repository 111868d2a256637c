import type { Finding } from '../../core/finding.ts';
import { likeness, lineTolerance, samePlace, traitsOf } from './compare-findings.ts';

/** Findings by several reporters that are the same issue. */
export type FindingCluster = { readonly members: readonly Finding[] };

/** Two clusters at the same place that may be the same issue: a model decides. */
export type UncertainPair = { readonly a: number; readonly b: number; readonly score: number };

export type Matching = {
  readonly clusters: readonly FindingCluster[];
  /** Indexes into `clusters`, most likely first. */
  readonly uncertain: readonly UncertainPair[];
};

/** In log-odds: at or above this, two findings are the same issue. */
const sure = 0;
/** Down to this value they are the same issue if every other partner of either is clearly less likely. */
const likely = -1.6;
const clearly = 0.5;
/** Pairs down to this value are uncertain: a model may be asked. */
const doubtful = -2.5;
/** A reporter seldom reports one issue twice: its findings are merged only if text and lines are nearly identical. */
const sameReporter = 8;

/**
 * Groups findings that mean the same issue, however they are worded, within ±3 lines. Deterministic: the order of the
 * findings does not matter. Each group takes at most one finding per reporter, the most likely first, so that two
 * issues at one place are not merged.
 */
export function matchFindings(findings: readonly Finding[]): Matching {
  const clusters: FindingCluster[] = [];
  const uncertain: UncertainPair[] = [];
  for (const group of neighbours(findings.toSorted(byPlaceAndText))) {
    const matching = matchNeighbours(group);
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

function matchNeighbours(ordered: readonly Finding[]): Matching {
  const score = pairScores(ordered);
  let clusters = ordered.map((_, index) => [index]);
  for (;;) {
    const pair = nextToJoin(pairsOf(clusters, score));
    if (pair === undefined) break;
    clusters = joined(clusters, pair);
  }
  return {
    clusters: clusters.map((cluster) => ({ members: cluster.flatMap((index) => ordered[index] ?? []) })),
    uncertain: pairsOf(clusters, score).filter((pair) => pair.score >= doubtful),
  };
}

type PairScore = (a: number, b: number) => number | undefined;

/** Compares every two findings at the same place once; other pairs have no score. */
function pairScores(findings: readonly Finding[]): PairScore {
  const traits = findings.map(traitsOf);
  const scores = new Map<number, number>();
  for (const [a, one] of traits.entries()) {
    for (const [b, other] of traits.entries()) {
      if (b <= a || !samePlace(one.finding, other.finding)) continue;
      const score = likeness(one, other);
      if (
        !shareReporter(one.finding, other.finding) ||
        (score >= sameReporter && sameLines(one.finding, other.finding))
      ) {
        scores.set(a * traits.length + b, score);
      }
    }
  }
  return (a, b) => scores.get(Math.min(a, b) * traits.length + Math.max(a, b));
}

function shareReporter(a: Finding, b: Finding): boolean {
  return a.reportedBy.some((model) => b.reportedBy.includes(model));
}

function sameLines(a: Finding, b: Finding): boolean {
  return a.startLine === b.startLine && (a.endLine ?? a.startLine) === (b.endLine ?? b.startLine);
}

function nextToJoin(pairs: readonly UncertainPair[]): UncertainPair | undefined {
  const ranked = pairs.toSorted((x, y) => y.score - x.score);
  const [first] = ranked;
  if (first !== undefined && first.score >= sure) return first;
  return ranked.find((pair) => {
    if (pair.score < likely) return false;
    const rivals = ranked.filter((other) => other !== pair && sharesCluster(pair, other));
    return rivals.length > 0 && rivals.every(({ score }) => pair.score - score >= clearly);
  });
}

function sharesCluster(x: UncertainPair, y: UncertainPair): boolean {
  return x.a === y.a || x.a === y.b || x.b === y.a || x.b === y.b;
}

function pairsOf(clusters: readonly (readonly number[])[], score: PairScore): UncertainPair[] {
  return clusters.flatMap((first, a) =>
    clusters.slice(a + 1).flatMap((second, offset) => {
      const likeliest = likeliestOf(first, second, score);
      return likeliest === undefined ? [] : [{ a, b: a + 1 + offset, score: likeliest }];
    }),
  );
}

/** The score of the best pair: reporters differ in which aspect of an issue they describe. */
function likeliestOf(a: readonly number[], b: readonly number[], score: PairScore): number | undefined {
  let best = -Infinity;
  for (const one of a) {
    for (const other of b) {
      const pair = score(one, other);
      if (pair === undefined) return undefined;
      best = Math.max(best, pair);
    }
  }
  return best;
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
