import { chanceOf, likely, logOddsOf } from './log-odds.ts';
import type { CellEvidence } from './outcome-cell.ts';

/**
 * How much an outcome shows at the chances that are usual here, by which numbers of outcomes become precisions of log-odds.
 */
const usualInformation = 0.2;

const steps = 30;
const precise = 1e-9;

/**
 * Returns by how much outcomes shift the log-odds, if `usual` was expected and counts for `pull` outcomes: the most
 * likely value (logistic regression with one normal coefficient). At easy work, where nearly everything succeeds, an
 * outcome shows less than at hard work.
 */
export function shiftShown(
  { surprise, expected, weight }: CellEvidence,
  usual: number,
  pull: number,
): number {
  if (weight <= 0) return usual;
  const start = logOddsOf(likely(expected / weight));
  const right = expected + surprise;
  const precision = pull * usualInformation;
  let [low, high] = [usual - weight / precision, usual + weight / precision];
  let shift = usual;
  // Newton's method, which falls back to halving: what remains unexplained falls as the shift rises.
  for (let step = 0; step < steps; step++) {
    const chance = chanceOf(start + shift);
    const unexplained = right - weight * chance - precision * (shift - usual);
    if (unexplained > 0) low = shift;
    else high = shift;
    const next = shift + unexplained / (weight * chance * (1 - chance) + precision);
    const better = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(better - shift) < precise) return better;
    shift = better;
  }
  return shift;
}
