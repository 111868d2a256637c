/** How often answers of a chance were right: tenths of the chance from 0 to 1, each with its outcomes. */
export type CalibrationState = readonly (readonly [right: number, weight: number])[];

/**
 * Turns the chance that a cascade works out for an answer into how often such answers turned out right: isotonic, so
 * that more signals for an answer never make it worse, and pulled to the worked-out chance while outcomes are few.
 * With it an acceptance threshold is a promise about outcomes and not a guess.
 */
export interface AcceptanceCalibration {
  record(chance: number, score: number): void;
  calibrated(chance: number): number;
  snapshot(): CalibrationState;
}

const tenths = 10;
/** The worked-out chance counts as this many outcomes. */
const priorWeight = 20;
/** About how many outcomes a tenth remembers. */
const memory = 1_000;

export function acceptanceCalibration(state?: CalibrationState): AcceptanceCalibration {
  const cells = Array.from({ length: tenths }, (_, at) => {
    const [right = 0, weight = 0] = state?.[at] ?? [];
    return { right, weight };
  });
  let curve = isotonic(cells);
  return {
    record(chance, score) {
      const cell = cells[tenthOf(chance)];
      if (!cell) return;
      const kept = 1 - 1 / memory;
      cell.right = kept * cell.right + score;
      cell.weight = kept * cell.weight + 1;
      curve = isotonic(cells);
    },
    calibrated: (chance) => between(curve, chance),
    snapshot: () => cells.map(({ right, weight }) => [right, weight] as const),
  };
}

function tenthOf(chance: number): number {
  return Math.min(tenths - 1, Math.max(0, Math.floor(chance * tenths)));
}

function middle(at: number): number {
  return (at + 0.5) / tenths;
}

/** Neighbours that go down are pooled until none does. (Ayer et al., 1955: pool adjacent violators.) */
function isotonic(cells: readonly { right: number; weight: number }[]): number[] {
  const pools: { sum: number; weight: number; count: number }[] = [];
  for (const [at, { right, weight }] of cells.entries()) {
    pools.push({ sum: right + priorWeight * middle(at), weight: weight + priorWeight, count: 1 });
    for (;;) {
      const last = pools.at(-1);
      const before = pools.at(-2);
      if (!last || !before || before.sum / before.weight <= last.sum / last.weight) break;
      pools.splice(-2, 2, {
        sum: before.sum + last.sum,
        weight: before.weight + last.weight,
        count: before.count + last.count,
      });
    }
  }
  return pools.flatMap(({ sum, weight, count }) => Array.from({ length: count }, () => sum / weight));
}

/** Straight between the middles of the tenths, and on from the outermost to 0 and 1. */
function between(curve: readonly number[], chance: number): number {
  const points = [[0, 0], ...curve.map((value, at) => [middle(at), value]), [1, 1]] as const;
  const next = points.findIndex(([x = 0]) => x > chance);
  const [x1 = 1, y1 = 1] = points[next === -1 ? points.length - 1 : next] ?? [];
  const [x0 = 0, y0 = 0] = points[(next === -1 ? points.length - 1 : next) - 1] ?? [];
  return y0 + ((y1 - y0) * (chance - x0)) / (x1 - x0);
}
