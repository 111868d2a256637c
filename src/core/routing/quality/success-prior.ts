import type { Model } from '../../model.ts';
import type { TaskType, Tier } from '../../task.ts';

/**
 * P(success) before any outcome is known. The gaps between tiers match those on benchmarks with many models: the best
 * models differ little on easy work and much on hard work.
 */
const ofTier: Readonly<Record<Tier, { easy: number; hard: number }>> = {
  frontier: { easy: 0.97, hard: 0.8 },
  workhorse: { easy: 0.95, hard: 0.66 },
  economy: { easy: 0.92, hard: 0.45 },
};

const unknownTier = { easy: 0.85, hard: 0.4 };

/** How much a noted strength or weakness shifts the chance, at difficulty 0.5. */
const noteShift = 0.03;

/** Work that small models do nearly as well: the tiers differ by a fifth of their difference at hard work. */
export const simpleTasks: readonly TaskType[] = [
  'formatting',
  'classification',
  'extraction',
  'summarisation',
  'translation',
];
/**
 * Work in which tiers differ less than in mathematics and code: among the 8B and 49B models of llmrouter_uiuc (train),
 * the larger lead by .08 to .2 in mathematics and code, and by .00 to .04 in questions of fact and in prose.
 */
const ordinaryTasks: readonly TaskType[] = ['chat', 'creative', 'documentation', 'qa-from-context'];

const shareOfGap: Readonly<Partial<Record<TaskType, number>>> = Object.fromEntries([
  ...simpleTasks.map((task) => [task, 0.2]),
  ...ordinaryTasks.map((task) => [task, 0.3]),
]);

type Noted = Pick<Model, 'tier' | 'strengths' | 'weaknesses'>;

/**
 * Returns how likely a model is to succeed at a task of difficulty 0 to 1, by its tier and the notes on its
 * family. Work of unknown kind is ordinary.
 */
export function successPrior(model: Noted, task: TaskType | undefined, difficulty = 0.5): number {
  return likely(tierPriorAt(model.tier, task ?? 'chat', difficulty) + noted(model, task, difficulty));
}

/** Returns the prior by tier alone, whatever the task. */
export function tierPrior(tier: Tier | undefined, difficulty = 0.5): number {
  const { easy, hard } = tier === undefined ? unknownTier : ofTier[tier];
  return easy + (hard - easy) * difficulty;
}

/**
 * Returns the prior of a tier at a task. Outcomes are compared with it, since the ledger does not know the notes on a
 * model's family. At work of unknown kind it is that of the tier alone.
 */
export function tierPriorAt(tier: Tier | undefined, task: TaskType | undefined, difficulty = 0.5): number {
  const base = tierPrior(tier, difficulty);
  return tier === undefined || task === undefined ? base : base + asWell(base, task, difficulty);
}

/** The parts of a prior: outcomes are compared with `base`, and override `lean`. */
export type PriorParts = {
  readonly base: number;
  readonly lean: number;
  /** How many outcomes `base` counts for. */
  readonly counts: number;
};

/** Returns what is known of a model before any outcome. At work of unknown kind this is the prior of its tier. */
export function priorParts(model: Noted, task: TaskType | undefined, difficulty = 0.5): PriorParts {
  const base = tierPriorAt(model.tier, task, difficulty);
  const lean = task === undefined ? 0 : successPrior(model, task, difficulty) - base;
  return { base, lean, counts: priorCounts(model.tier) };
}

/** Returns how many outcomes the prior counts for: a guess without a tier for few, chosen on real models' scores. */
export function priorCounts(tier: Tier | undefined): number {
  return tier === undefined ? 10 : 30;
}

/** How much of a tier's gap to the best tier easy and ordinary work removes. */
function asWell(base: number, task: TaskType, difficulty: number): number {
  const share = shareOfGap[task];
  return share === undefined ? 0 : (1 - share) * (tierPrior('frontier', difficulty) - base);
}

/** The shift from the strengths and weaknesses of the model's family. */
function noted(model: Noted, task: TaskType | undefined, difficulty: number): number {
  const strong = model.strengths.some((note) => note.task === task);
  const weak = model.weaknesses.some((note) => note.task === task);
  return noteShift * 2 * difficulty * (Number(strong) - Number(weak));
}

function likely(chance: number): number {
  return Math.min(0.99, Math.max(0.01, chance));
}
