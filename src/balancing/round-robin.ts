import type { BalanceStrategy } from '../core/routing/balance.ts';
import type { Candidate } from '../core/provider.ts';

/** More than this many turns of one deployment in a row of turns are not told apart. */
const mostTurns = 64;

/**
 * By turns; one of twice the weight has twice the turns, spread out and not in a row (nginx's smooth weighted round
 * robin). Weights count as whole multiples of the smallest.
 */
const roundRobin: BalanceStrategy = {
  name: 'round-robin',
  order(deployments, { turn }) {
    const first = deployments[whoseTurn(turnsOf(deployments), turn)];
    const at = first ? deployments.indexOf(first) : 0;
    return [...deployments.slice(at), ...deployments.slice(0, at)];
  },
};

export default roundRobin;

function turnsOf(deployments: readonly Candidate[]): number[] {
  const weights = deployments.map(({ deployment }) => deployment.weight);
  const smallest = Math.min(...weights);
  return weights.map((weight) => Math.min(mostTurns, Math.max(1, Math.round(weight / smallest))));
}

/** Everybody saves up its turns; the richest goes and pays for a whole round. */
function whoseTurn(turns: readonly number[], turn: number): number {
  const round = turns.reduce((sum, count) => sum + count, 0);
  const saved = turns.map(() => 0);
  let richest = 0;
  for (let step = 0; step <= turn % round; step += 1) {
    turns.forEach((count, at) => (saved[at] = (saved[at] ?? 0) + count));
    richest = saved.indexOf(Math.max(...saved));
    saved[richest] = (saved[richest] ?? 0) - round;
  }
  return richest;
}
