import { hasTag } from '../core/names/has-tag.ts';
import type { Plan, Policy } from '../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import type { Model } from '../core/model.ts';
import type { Candidate } from '../core/deployment.ts';
import type { TaskType, Tier } from '../core/task.ts';
import { demandedTier } from './demanded-tier.ts';
import { isPlainError } from './is-plain-error.ts';
import { rankByTier } from './rank-by-tier.ts';
import { withUnmetTier } from './unmet-tier.ts';
import { isReasonedCode, wantsSql } from './is-reasoned-code.ts';

/** Where a kind of work is sent, and why, worded for `--why`. */
export type Placement = {
  readonly tier: Tier;
  /** Families that are best at this, best first. */
  readonly families?: readonly string[];
  /** Prefer a model on the user's own machine. */
  readonly local?: boolean;
  /** Prefer another family than the author's. */
  readonly otherFamily?: boolean;
  readonly why: string;
};

const economy: Placement = { tier: 'economy', why: 'a small model does this as well' };
const workhorse: Placement = { tier: 'workhorse', why: 'ordinary work' };
const frontier: Placement = { tier: 'frontier', why: 'a mistake here costs more than the model' };
const calls: Placement = { tier: 'workhorse', families: ['gpt'], why: 'GPT follows schemas and signatures' };
const review: Placement = { tier: 'workhorse', otherFamily: true, why: 'another family sees other mistakes' };
const reasoned: Placement = {
  tier: 'economy',
  families: ['deepseek'],
  why: 'DeepSeek reasons well at low cost',
};

const plainError: Placement = { tier: 'workhorse', why: 'the error message explains the problem' };

const spokenOf: Placement = {
  ...reasoned,
  why: 'it mentions SQL, algorithms or boilerplate, where DeepSeek reasons well at low cost',
};

/** The default table: one row per kind of work. */
export const placements: Readonly<Record<TaskType, Placement>> = {
  formatting: economy,
  classification: economy,
  extraction: economy,
  summarisation: economy,
  translation: economy,
  'code-generation': workhorse,
  refactoring: workhorse,
  'test-writing': workhorse,
  documentation: workhorse,
  'api-integration': workhorse,
  'qa-from-context': workhorse,
  creative: workhorse,
  chat: workhorse,
  vision: { tier: 'workhorse', why: 'a model with vision' },
  'structured-output': calls,
  'function-calling': calls,
  'code-review': review,
  'long-context': { tier: 'workhorse', families: ['gemini'], why: 'Gemini has the largest context window' },
  math: reasoned,
  architecture: frontier,
  debugging: frontier,
  'security-review': frontier,
};

/** A call's tag overrides its task; the first of these that a call carries applies. */
export const tagged: Readonly<Record<string, Placement>> = {
  sensitive: { tier: 'workhorse', local: true, why: 'sensitive data stay on this machine' },
  iteration: { tier: 'workhorse', local: true, why: 'a loop of many calls is free on this machine' },
  critical: frontier,
  algorithm: reasoned,
  sql: reasoned,
  boilerplate: reasoned,
  'cost-sensitive': reasoned,
};

/** Debugging below this difficulty is ordinary work. */
const simple = 0.3;

/** Routes by a fixed table of task types, as people choose models by hand, regardless of what was learned. */
const tiered: Policy = {
  name: 'tiered',
  heedsTier: true,
  plan(features, candidates, stats): Plan {
    const placement = placementOf(features);
    const wanted = features.asked.tier ?? placement.tier;
    const ordered = rankByTier(candidates, {
      features,
      stats,
      wanted,
      favour: favourOf(placement, features),
    });
    const first = ordered[0]?.model;
    const why = whyFor(ordered, placement, features);
    const tier = first?.tier === wanted ? wanted : `${first?.tier ?? 'none'}; ${wanted} was wanted`;
    const reason = `${first?.id} for ${features.work.task ?? 'chat'}: ${why} (tier ${tier})`;
    const plan = {
      steps: [{ candidates: ordered }],
      reason,
      ...(placement.tier === 'frontier' && { minTier: wanted }),
      ...(placement.otherFamily && { leavesAuthor: true }),
    };
    return withUnmetTier(plan, features, first);
  },
};

export default tiered;

function placementOf(features: RequestFeatures): Placement {
  const { tags, task, difficulty = 1 } = features.work;
  const tag = tags.length === 0 ? undefined : Object.keys(tagged).find((name) => hasTag(tags, name));
  if (tag !== undefined) return tagged[tag] ?? workhorse;
  if (wantsReasonedCode(features)) return spokenOf;
  if (asksAboutPlainError(features)) return plainError;
  return placedBy(task ?? 'chat', difficulty);
}

/** What the classifier mistakes a request for SQL for; a task that the caller names is not questioned. */
const mistaken: ReadonlySet<TaskType> = new Set(['api-integration', 'architecture', 'chat', 'documentation']);

/** Applies to code generation and to calls of unknown task, not to audits or debugging of SQL. */
function wantsReasonedCode({ work: { task, isTaskNamed, prompt = '' } }: RequestFeatures): boolean {
  if (task === undefined || task === 'code-generation') return isReasonedCode(prompt);
  return !isTaskNamed && mistaken.has(task) && wantsSql(prompt);
}

/** What the classifier mistakes a pasted error for. */
const pasted: ReadonlySet<TaskType> = new Set(['debugging', 'security-review']);

function asksAboutPlainError({ work: { task, isTaskNamed, prompt = '' } }: RequestFeatures): boolean {
  return task !== undefined && !isTaskNamed && pasted.has(task) && isPlainError(prompt);
}

function placedBy(task: TaskType, difficulty: number): Placement {
  return task === 'debugging' && difficulty < simple ? workhorse : placements[task];
}

/** The placement's own reason if the first model satisfies it; otherwise why it does not. */
function whyFor(
  ordered: readonly Candidate[],
  { why, tier, families, local = false, otherFamily = false }: Placement,
  features: RequestFeatures,
): string {
  const first = ordered[0]?.model;
  const author = features.conversation?.authorFamily;
  const asked = features.asked.tier ?? tier;
  const isOfTier = !local && !families && (!otherFamily || author === undefined);
  const preference = { local, otherFamily, ...(families && { families }) };
  const unmet = unmetPreference(first, preference, author);
  const isOther = asked !== tier;
  // The tier decides only where another one has what the work prefers.
  const isInOther = () =>
    ordered.some(({ model }) => unmetPreference(model, preference, author) === undefined);
  const isDemanded = demandedTier(features) !== undefined;
  if (unmet === undefined ? isOther && isOfTier : isOther || (isDemanded && isInOther()))
    return first?.tier === asked
      ? 'the call asks for this tier'
      : 'the nearest to the tier that the call asks for';
  return unmet ?? (otherFamily && isOfTier ? ofTier[tier].why : why);
}

function unmetPreference(
  first: Model | undefined,
  { families, local = false, otherFamily = false }: Pick<Placement, 'families' | 'local' | 'otherFamily'>,
  author: string | undefined,
): string | undefined {
  if (local && first?.local !== true) return 'no local model can serve it';
  if (families && first && !families.includes(first.family))
    return `${families.join(' and ')} cannot serve it`;
  if (otherFamily && first?.family === author && author !== undefined) return 'no other family can serve it';
  return undefined;
}

const ofTier: Readonly<Record<Tier, Placement>> = { economy, workhorse, frontier };

/**
 * Returns how strongly the placement prefers a candidate (lower is better), which precedes its tier. A family is
 * preferred only within the wanted tier, and within a tier that the caller demands nothing else is either. `undefined` if
 * there is no preference.
 */
function favourOf(
  placement: Placement,
  features: RequestFeatures,
): ((candidate: Candidate) => number) | undefined {
  const { tier, families = [], local = false, otherFamily = false } = placement;
  const author = features.conversation?.authorFamily;
  const demanded = demandedTier(features);
  const isElsewhere = ({ tier: its }: Model) => demanded !== undefined && its !== demanded;
  if (local) return ({ model }) => (isElsewhere(model) ? 2 : model.local ? 0 : 1);
  if (otherFamily) return ({ model }) => (isElsewhere(model) ? 2 : model.family === author ? 1 : 0);
  if (families.length === 0) return undefined;
  const wanted = features.asked.tier ?? tier;
  return ({ model }) => {
    const rank = families.indexOf(model.family);
    return rank === -1 || model.tier !== wanted ? families.length : rank;
  };
}
