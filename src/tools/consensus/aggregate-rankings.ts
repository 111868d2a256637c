import type { Dissent } from './dissent.ts';

/** A judge's order of the candidates, best first. Candidates that the order omits share the last place. */
export type Ranking = { readonly judge: string; readonly order: readonly string[] };

export type CandidateStanding = {
  readonly candidate: string;
  /** Average Borda points, from 0 (last on every ballot) to 1 (first on every ballot). */
  readonly points: number;
  /** How many judges could rank it. */
  readonly judges: number;
  /** Pairwise duels won, lost and drawn. */
  readonly won: number;
  readonly lost: number;
  readonly drawn: number;
  /** 1 is best; equal candidates share a place. */
  readonly place: number;
};

export type RankingResult = {
  readonly standings: readonly CandidateStanding[];
  /** The candidate that wins every duel: the strongest form of first place. Absent if there is none. */
  readonly condorcetWinner?: string;
  readonly tied: readonly string[];
};

/**
 * Aggregates the judges' orders by Borda points; ties are broken by duels won. A judge that is also a candidate must
 * not rank its own answer; the caller leaves that answer out.
 */
export function aggregateRankings(
  candidates: readonly string[],
  rankings: readonly Ranking[],
): RankingResult {
  const scored = candidates.map((candidate) => ({
    candidate,
    ...bordaPoints(candidate, rankings),
    ...duelsOf(candidate, candidates, rankings),
  }));
  const better = (a: (typeof scored)[number], b: (typeof scored)[number]) =>
    b.points - a.points || b.won - a.won;
  const ordered = scored.toSorted(better);
  const standings = ordered.map((standing) =>
    Object.assign({ place: 1 + ordered.filter((other) => better(other, standing) < 0).length }, standing),
  );
  const condorcet = standings.find(({ won }) => candidates.length > 1 && won === candidates.length - 1);
  const first = standings.filter(({ place }) => place === 1).map(({ candidate }) => candidate);
  return {
    standings,
    ...(condorcet ? { condorcetWinner: condorcet.candidate } : {}),
    tied: first.length > 1 ? first : [],
  };
}

/** The judges that rank another answer first than most do; if several answers share the first place, every judge. */
export function dissentInRanking({ standings }: RankingResult, rankings: readonly Ranking[]): Dissent[] {
  const leaders = standings.filter(({ place }) => place === 1).map(({ candidate }) => candidate);
  return rankings.flatMap(({ judge, order: [first] }) => {
    const others = leaders.filter((leader) => leader !== first && leader !== judge);
    if (first === undefined || others.length === 0) return [];
    return [{ model: judge, claim: `${first} first`, against: `${others.join(' / ')} first` }];
  });
}

/** True if no ranking by the missing judges can change which answer is first. */
export function rankingIsSettled({ standings: [first, ...others] }: RankingResult, missing: number): boolean {
  if (missing === 0) return true;
  const withMissing = ({ points, judges }: CandidateStanding, each: 0 | 1) =>
    (points * judges + each * missing) / (judges + missing);
  return first !== undefined && others.every((other) => withMissing(first, 0) > withMissing(other, 1));
}

/** Only judges that could rank the candidate count; candidates that the order omits get no points. */
function bordaPoints(
  candidate: string,
  rankings: readonly Ranking[],
): Pick<CandidateStanding, 'points' | 'judges'> {
  const points = rankings.flatMap(({ order, judge }) => {
    if (judge === candidate) return [];
    const last = order.length - 1;
    const place = order.indexOf(candidate);
    if (place < 0) return [0];
    return [last <= 0 ? 1 : 1 - place / last];
  });
  const judges = points.length;
  return { points: judges === 0 ? 0 : points.reduce((sum, value) => sum + value, 0) / judges, judges };
}

function duelsOf(candidate: string, candidates: readonly string[], rankings: readonly Ranking[]) {
  const duels = { won: 0, lost: 0, drawn: 0 };
  for (const other of candidates) {
    if (other === candidate) continue;
    const balance = rankings.reduce((sum, ranking) => sum + preference(ranking, candidate, other), 0);
    duels[balance > 0 ? 'won' : balance < 0 ? 'lost' : 'drawn'] += 1;
  }
  return duels;
}

function preference({ order, judge }: Ranking, a: string, b: string): number {
  if (judge === a || judge === b) return 0;
  const [placeA, placeB] = [order.indexOf(a), order.indexOf(b)];
  if (placeA === placeB) return 0;
  if (placeA < 0) return -1;
  return placeB < 0 || placeA < placeB ? 1 : -1;
}
