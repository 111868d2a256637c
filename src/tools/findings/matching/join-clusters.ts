/** What is known of two things, or of two clusters of them. */
export type PairComparison = { readonly score: number; readonly areEqual: boolean };

export type ComparedPair = PairComparison & { readonly a: number; readonly b: number };

export type JoinedClusters = {
  /** Each lists its members in ascending order; ordered by first member. */
  readonly clusters: readonly (readonly number[])[];
  /** Clusters whose members could all be compared, by their index. */
  readonly pairs: readonly ComparedPair[];
};

/**
 * Joins `count` things that are equal, the likeliest pair first. Two clusters can only be joined if `compare` knows every
 * pair of their members: those are as likely as their likeliest pair, and equal if any pair is. In a tie, those that come
 * first are joined first. Takes time with the square of `count`.
 */
export function joinClusters(
  count: number,
  compare: (a: number, b: number) => PairComparison | undefined,
): JoinedClusters {
  const open = new Map<number, Cluster>();
  for (let index = 0; index < count; index++)
    open.set(index, { members: [index], compared: new Map(), partner: undefined });
  for (const [a, cluster] of open) {
    for (const [b, other] of open) {
      const comparison = b > a ? compare(a, b) : undefined;
      if (!comparison) continue;
      cluster.compared.set(b, comparison);
      other.compared.set(a, comparison);
    }
  }
  for (const cluster of open.values()) cluster.partner = likeliestPartner(cluster);
  for (let next = likeliestPair(open); next; next = likeliestPair(open)) join(open, next);
  return inOrder(open);
}

type Cluster = {
  members: number[];
  /** By the first member of the other cluster. */
  compared: Map<number, PairComparison>;
  /** The one among `compared` that it is joined with first. */
  partner: number | undefined;
};

/** A cluster's key is its first member. */
type Clusters = Map<number, Cluster>;

function likeliestPair(open: Clusters): { readonly a: number; readonly b: number } | undefined {
  let best: { a: number; b: number; score: number } | undefined;
  for (const [a, { compared, partner: b }] of open) {
    if (b === undefined || b < a) continue;
    const score = compared.get(b)?.score ?? -Infinity;
    if (!best || score > best.score) best = { a, b, score };
  }
  return best;
}

/** The likeliest equal one; in a tie, the first. */
function likeliestPartner({ compared }: Cluster): number | undefined {
  let best: number | undefined;
  let bestScore = -Infinity;
  for (const [other, comparison] of compared) {
    if (!isBetter(other, comparison, { key: best, score: bestScore })) continue;
    best = other;
    bestScore = comparison.score;
  }
  return best;
}

function isBetter(
  key: number,
  { score, areEqual }: PairComparison,
  best: { readonly key: number | undefined; readonly score: number },
): boolean {
  if (!areEqual || score < best.score) return false;
  return score > best.score || best.key === undefined || key < best.key;
}

function join(open: Clusters, { a, b }: { readonly a: number; readonly b: number }): void {
  const [one, other] = [open.get(a), open.get(b)];
  if (!one || !other) return;
  open.delete(b);
  one.members = [...one.members, ...other.members].toSorted((x, y) => x - y);
  const before = one.compared;
  one.compared = new Map();
  for (const key of new Set([...before.keys(), ...other.compared.keys()])) {
    const third = key === a ? undefined : open.get(key);
    if (!third) continue;
    const joined = comparisonOfBoth(before.get(key), other.compared.get(key));
    third.compared.delete(a);
    third.compared.delete(b);
    if (joined) {
      one.compared.set(key, joined);
      third.compared.set(a, joined);
    }
    third.partner = partnerAfter(third, { a, b, joined });
  }
  one.partner = likeliestPartner(one);
}

function comparisonOfBoth(
  one: PairComparison | undefined,
  other: PairComparison | undefined,
): PairComparison | undefined {
  if (!one || !other) return undefined;
  return { score: Math.max(one.score, other.score), areEqual: one.areEqual || other.areEqual };
}

/** Looks through all that a cluster is compared with only if its partner was one of the two that were joined. */
function partnerAfter(
  cluster: Cluster,
  { a, b, joined }: { readonly a: number; readonly b: number; readonly joined: PairComparison | undefined },
): number | undefined {
  const { partner: key, compared } = cluster;
  if (key === a || key === b) return likeliestPartner(cluster);
  const score = key === undefined ? -Infinity : (compared.get(key)?.score ?? -Infinity);
  return joined && isBetter(a, joined, { key, score }) ? a : key;
}

function inOrder(open: Clusters): JoinedClusters {
  const keys = [...open.keys()].toSorted((x, y) => x - y);
  const places = new Map(keys.map((key, index) => [key, index]));
  const pairs: ComparedPair[] = [];
  for (const [a, key] of keys.entries()) {
    for (const [other, comparison] of open.get(key)?.compared ?? []) {
      const b = places.get(other) ?? a;
      if (b > a) pairs.push({ a, b, ...comparison });
    }
  }
  return {
    clusters: keys.map((key) => open.get(key)?.members ?? []),
    pairs: pairs.toSorted((x, y) => x.a - y.a || x.b - y.b),
  };
}
