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

/** Work that a small model does as well: the tiers differ by a fifth there. */
export const simpleTasks: readonly TaskType[] = [
  'formatting',
  'classification',
  'extraction',
  'summarisation',
  'translation',
];
const shareOfGap = 0.2;

type Noted = Pick<Model, 'tier' | 'strengths' | 'weaknesses'>;

/** How likely a model is to succeed at a task of a difficulty from 0 to 1, by its tier and what is noted of its family. */
export function successPrior(model: Noted, task: TaskType | undefined, difficulty = 0.5): number {
  const base = tierPrior(model.tier, difficulty);
  return likely(base + asWell(base, task, difficulty) + noted(model, task, difficulty));
}

/** By the tier alone: what outcomes are held against, since the ledger knows no more of a model. */
export function tierPrior(tier: Tier | undefined, difficulty = 0.5): number {
  const { easy, hard } = tier === undefined ? unknownTier : ofTier[tier];
  return easy + (hard - easy) * difficulty;
}

/** Both parts of it: outcomes are held against `base`, and overrule `lean`. */
export function priorParts(
  model: Noted,
  task: TaskType | undefined,
  difficulty = 0.5,
): { readonly base: number; readonly lean: number } {
  const base = tierPrior(model.tier, difficulty);
  return { base, lean: successPrior(model, task, difficulty) - base };
}

/** What simple work takes from a tier's distance to the best one. */
function asWell(base: number, task: TaskType | undefined, difficulty: number): number {
  if (task === undefined || !simpleTasks.includes(task)) return 0;
  return (1 - shareOfGap) * (tierPrior('frontier', difficulty) - base);
}

/** What strengths and weaknesses of the model's family move. */
function noted(model: Noted, task: TaskType | undefined, difficulty: number): number {
  const strong = model.strengths.some((note) => note.task === task);
  const weak = model.weaknesses.some((note) => note.task === task);
  return noteShift * 2 * difficulty * (Number(strong) - Number(weak));
}

function likely(chance: number): number {
  return Math.min(0.99, Math.max(0.01, chance));
}
