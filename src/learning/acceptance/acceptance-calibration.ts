import { maxOf } from '../../core/lists/extremes.ts';
import { acceptanceWeights } from './acceptance-weights.ts';
import {
  addShare,
  addToCell,
  emptyCell,
  evidenceOf,
  noEvidence,
  type OutcomeCell,
  readingAt,
  type Share,
} from '../models/outcome-cell.ts';
import { pooledUpwards } from '../models/pooled-upwards.ts';
import type { Ms } from '../../core/units.ts';

/** How answers turned out, per range of chances and per key; `bounds` divide the ranges. */
export type CalibrationState = {
  readonly bounds: readonly number[];
  readonly parts: readonly {
    readonly lastAt: Ms;
    readonly shares: readonly (readonly [keyId: string, right: number, weight: number])[];
  }[];
};

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
  /** `at` is the time for which it is asked: outcomes fade until then. Default: the time of the latest. */
  calibrated(chance: number, at?: Ms): number;
  snapshot(): CalibrationState;
}

/** The shipped measurement of each part counts as this many outcomes here. */
const priorWeight = 20;
/** About how many outcomes of a key each part remembers, and the half-life of an outcome. */
const decay = { memory: 1_000, halfLifeMs: 180 * 24 * 3_600_000 };

const { bounds, right: measured } = acceptanceWeights.curve;

/** What is restored does not depend on the curve that was shipped when it was stored. */
export function acceptanceCalibration(state: CalibrationState = noState): AcceptanceCalibration {
  const cells = restored(state);
  let latestAt = maxOf(cells.map(({ lastAt }) => lastAt));
  let curve = curveOf(cells, latestAt);
  let curveAt = latestAt;

  function readAt(at: Ms): void {
    curve = curveOf(cells, at);
    curveAt = at;
  }

  return {
    record({ chance, score, keyId, at }) {
      const cell = cells[partOf(chance)];
      if (!cell) return;
      addToCell(cell, { keyId, surprise: score, weight: 1, at }, decay);
      latestAt = Math.max(latestAt, at);
      readAt(latestAt);
    },
    calibrated(chance, at = latestAt) {
      if (at !== curveAt) readAt(at);
      return between(curve, chance);
    },
    snapshot: () => ({
      bounds,
      parts: cells.map(({ lastAt, shares }) => ({
        lastAt,
        // Nothing is expected of these cells: what they sum up is the score itself.
        shares: [...shares].map(([keyId, { surprise, weight }]) => [keyId, surprise, weight] as const),
      })),
    }),
  };
}

const noState: CalibrationState = { bounds, parts: [] };

/** Returns a cell for each present part. Parts that were divided differently go to the part that contains their middle. */
function restored(state: CalibrationState): readonly OutcomeCell[] {
  const cells = measured.map(() => emptyCell(0));
  const from = middlesOf(state.bounds);
  for (const [at, { lastAt, shares }] of state.parts.entries()) {
    const cell = cells[partOf(from[at] ?? 1)];
    if (!cell) continue;
    cell.lastAt = Math.max(cell.lastAt, lastAt);
    for (const [keyId, right, weight] of shares) {
      const share: Share = cell.shares.get(keyId) ?? { ...noEvidence };
      addShare(share, { surprise: right, expected: 0, weight });
      cell.shares.set(keyId, share);
    }
  }
  return cells;
}

function curveOf(cells: readonly OutcomeCell[], at: Ms): readonly number[] {
  const reading = readingAt(at, decay);
  return pooledUpwards(
    cells.map((cell, part) => {
      const { surprise: right, weight } = evidenceOf(reading(cell));
      return { sum: (measured[part] ?? 0) * priorWeight + right, weight: weight + priorWeight };
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

const middles = middlesOf(bounds);

function middlesOf(between: readonly number[]): readonly number[] {
  return [...between, 1].map((end, part) => ((between[part - 1] ?? 0) + end) / 2);
}
