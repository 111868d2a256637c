import type { Model } from './model.ts';
import type { TaskType, Tier } from './task.ts';

/**
 * P(success) before any outcome is known. The levels are set so that a tier's step is worth about what it is on
 * benchmarks with many models: the best ones differ by little where the work is easy and by much where it is hard.
 */
const ofTier: Readonly<Record<Tier, { easy: number; hard: number }>> = {
  frontier: { easy: 0.97, hard: 0.8 },
  workhorse: { easy: 0.95, hard: 0.66 },
  economy: { easy: 0.92, hard: 0.45 },
};

const unknownTier = { easy: 0.85, hard: 0.4 };

/** What a noted strength or weakness moves, at difficulty one half. */
const noteShift = 0.03;

/** How likely a model is to succeed at a task of a difficulty from 0 to 1, by its tier and what is noted of its family. */
export function successPrior(
  model: Pick<Model, 'tier' | 'strengths' | 'weaknesses'>,
  task: TaskType | undefined,
  difficulty = 0.5,
): number {
  const { easy, hard } = model.tier === undefined ? unknownTier : ofTier[model.tier];
  const base = easy + (hard - easy) * difficulty;
  const strong = model.strengths.some((note) => note.task === task);
  const weak = model.weaknesses.some((note) => note.task === task);
  const shift = noteShift * 2 * difficulty * (Number(strong) - Number(weak));
  return Math.min(0.99, Math.max(0.01, base + shift));
}
