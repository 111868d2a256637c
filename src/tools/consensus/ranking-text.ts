import type { RankingResult } from './aggregate-rankings.ts';
import { dissentText, type Dissent } from './dissent.ts';

/** The places as text, and which judges see it differently. */
export function rankingText(
  { standings, condorcetWinner, tied }: RankingResult,
  dissent: readonly Dissent[],
): string {
  const lines = standings.map(
    ({ place, candidate, points, won, lost }) =>
      `${place}. ${candidate} (${points.toFixed(2)} points, ${won} duels won, ${lost} lost)`,
  );
  const remark =
    condorcetWinner === undefined
      ? tied.length > 0
        ? `A tie between ${tied.join(' and ')}.`
        : ''
      : `${condorcetWinner} wins every duel.`;
  return [...lines, remark, dissentText(dissent)].filter((line) => line !== '').join('\n');
}
