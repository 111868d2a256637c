import type { Model } from '../model.ts';
import type { TaskType, Tier } from '../task.ts';

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

/** Work that a small model does as well: the tiers differ by a fifth of what they do at hard work. */
export const simpleTasks: readonly TaskType[] = [
  'formatting',
  'classification',
  'extraction',
  'summarisation',
  'translation',
];
/**
 * Work whose tiers differ by less than at mathematics and code: of the 8B and 49B models of llmrouter_uiuc (train) the
 * larger are ahead by .08 to .2 at mathematics and code, and by .00 to .04 at questions of fact and at prose.
 */
const ordinaryTasks: readonly TaskType[] = ['chat', 'creative', 'documentation', 'qa-from-context'];

const shareOfGap: Readonly<Partial<Record<TaskType, number>>> = Object.fromEntries([
  ...simpleTasks.map((task) => [task, 0.2]),
  ...ordinaryTasks.map((task) => [task, 0.3]),
]);

type Noted = Pick<Model, 'tier' | 'strengths' | 'weaknesses'>;

/** How likely a model is to succeed at a task of a difficulty from 0 to 1, by its tier and what is noted of its family. */
export function successPrior(model: Noted, task: TaskType | undefined, difficulty = 0.5): number {
  const base = tierPrior(model.tier, difficulty);
  const helped = model.tier === undefined ? 0 : asWell(base, task, difficulty);
  return likely(base + helped + noted(model, task, difficulty));
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

/** What easy and ordinary work takes from a tier's distance to the best one. Work of no known kind is ordinary; of a model without a tier nothing is known. */
function asWell(base: number, task: TaskType | undefined, difficulty: number): number {
  const share = shareOfGap[task ?? 'chat'];
  return share === undefined ? 0 : (1 - share) * (tierPrior('frontier', difficulty) - base);
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
