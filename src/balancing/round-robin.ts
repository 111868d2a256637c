import { maxOf, minOf } from '../core/lists/extremes.ts';
import type { BalanceStrategy } from '../core/routing/plan/balance.ts';
import type { Candidate } from '../core/deployment.ts';

/** The most turns that one deployment gets per round. */
const maxTurns = 64;

/**
 * Takes turns; a deployment of twice the weight gets twice the turns, spread out instead of in a row (nginx's smooth
 * weighted round robin). Weights are rounded to whole multiples of the smallest.
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
  const smallest = minOf(weights);
  return weights.map((weight) => Math.min(maxTurns, Math.max(1, Math.round(weight / smallest))));
}

/** Every deployment accumulates its turns; the one with most goes next and pays for a whole round. */
function whoseTurn(turns: readonly number[], turn: number): number {
  const round = turns.reduce((sum, count) => sum + count, 0);
  const saved = turns.map(() => 0);
  let richest = 0;
  for (let step = 0; step <= turn % round; step += 1) {
    turns.forEach((count, at) => (saved[at] = (saved[at] ?? 0) + count));
    richest = saved.indexOf(maxOf(saved));
    saved[richest] = (saved[richest] ?? 0) - round;
  }
  return richest;
}
