import { acceptanceWeights } from './acceptance-weights.ts';
import { addToCell, emptyCell, evidenceOf, type OutcomeCell, type Share } from '../models/outcome-cell.ts';
import { pooledUpwards } from '../models/pooled-upwards.ts';
import type { Ms } from '../../core/units.ts';

/** How answers turned out, per range of chances and per key. */
export type CalibrationState = readonly {
  readonly lastAt: Ms;
  readonly shares: readonly (readonly [keyId: string, surprise: number, weight: number])[];
}[];

/** How an answer with a given chance turned out, 0 to 1, as reported by a key. */
export type JudgedAnswer = {
  readonly chance: number;
  readonly score: number;
  readonly keyId: string;
  readonly at: Ms;
};

/**
 * Maps the chance that a cascade computes for an answer to how often such answers turned out right. The map is
 * monotonic (isotonic regression), so that more signals for an answer never lower its chance. It starts from
 * measurements on real answers (`acceptance.json`) and continues with the outcomes of this installation, so that an
 * acceptance threshold corresponds to actual outcomes.
 */
export interface AcceptanceCalibration {
  record(answer: JudgedAnswer): void;
  calibrated(chance: number): number;
  snapshot(): CalibrationState;
}

/** The shipped measurement of each part counts as this many outcomes here. */
const priorWeight = 20;
/** About how many outcomes of a key each part remembers, and the half-life of an outcome. */
const decay = { memory: 1_000, halfLifeMs: 180 * 24 * 3_600_000 };

const { bounds, right: measured } = acceptanceWeights.curve;

export function acceptanceCalibration(state: CalibrationState = []): AcceptanceCalibration {
  const cells = measured.map((_, part) => restored(state[part]));
  let curve = curveOf(cells);
  return {
    record({ chance, score, keyId, at }) {
      const part = partOf(chance);
      const cell = cells[part];
      if (!cell) return;
      addToCell(cell, { keyId, surprise: score - (measured[part] ?? 0), weight: 1, at }, decay);
      curve = curveOf(cells);
    },
    calibrated: (chance) => between(curve, chance),
    snapshot: () =>
      cells.map(({ lastAt, shares }) => ({
        lastAt,
        shares: [...shares].map(([keyId, { surprise, weight }]) => [keyId, surprise, weight] as const),
      })),
  };
}

function restored(state: CalibrationState[number] | undefined): OutcomeCell {
  if (!state) return emptyCell(0);
  const shares = state.shares.map(([keyId, surprise, weight]): [string, Share] => [
    keyId,
    { surprise, expected: 0, weight },
  ]);
  return { lastAt: state.lastAt, shares: new Map(shares) };
}

function curveOf(cells: readonly OutcomeCell[]): readonly number[] {
  return pooledUpwards(
    cells.map((cell, part) => {
      const { surprise, weight } = evidenceOf(cell);
      const expected = measured[part] ?? 0;
      return { sum: expected * (weight + priorWeight) + surprise, weight: weight + priorWeight };
    }),
  );
}

/** Linear search: there are few parts. */
function partOf(chance: number): number {
  const above = bounds.findIndex((bound) => chance < bound);
  return above === -1 ? bounds.length : above;
}

/** Interpolates linearly between the middles of the parts; outside of them the curve stays constant. */
function between(curve: readonly number[], chance: number): number {
  const after = middles.findIndex((middle) => middle > chance);
  if (after === -1) return curve.at(-1) ?? chance;
  if (after === 0) return curve[0] ?? chance;
  const [x0 = 0, x1 = 1] = [middles[after - 1], middles[after]];
  const [y0 = 0, y1 = 1] = [curve[after - 1], curve[after]];
  return y0 + ((y1 - y0) * (chance - x0)) / (x1 - x0);
}

const edges = [0, ...bounds, 1];
const middles = measured.map((_, part) => ((edges[part] ?? 0) + (edges[part + 1] ?? 1)) / 2);
