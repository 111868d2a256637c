import type { Model } from '../model.ts';
import type { TaskType, Tier } from '../task.ts';

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

/** Returns how likely a model is to succeed at a task of difficulty 0 to 1, by its tier and the notes on its family. */
export function successPrior(model: Noted, task: TaskType | undefined, difficulty = 0.5): number {
  const base = tierPrior(model.tier, difficulty);
  const helped = model.tier === undefined ? 0 : asWell(base, task, difficulty);
  return likely(base + helped + noted(model, task, difficulty));
}

/** Returns the prior by tier alone. Outcomes are compared with it, since the ledger knows nothing else of a model. */
export function tierPrior(tier: Tier | undefined, difficulty = 0.5): number {
  const { easy, hard } = tier === undefined ? unknownTier : ofTier[tier];
  return easy + (hard - easy) * difficulty;
}

/** Returns both parts of the prior: outcomes are compared with `base`, and override `lean`. */
export function priorParts(
  model: Noted,
  task: TaskType | undefined,
  difficulty = 0.5,
): { readonly base: number; readonly lean: number } {
  const base = tierPrior(model.tier, difficulty);
  return { base, lean: successPrior(model, task, difficulty) - base };
}

/**
 * How much of a tier's gap to the best tier easy and ordinary work removes. Work of unknown kind is ordinary; for a
 * model without a tier nothing is known.
 */
function asWell(base: number, task: TaskType | undefined, difficulty: number): number {
  const share = shareOfGap[task ?? 'chat'];
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
