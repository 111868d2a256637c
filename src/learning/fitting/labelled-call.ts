import { meanOf } from '../../core/lists/mean-of.ts';
import { isControlKind, isCountedControl, ownKind } from '../../core/routing/quality/outcome-kinds.ts';
import type { Experiment } from '../../core/routing/plan/plan.ts';
import type { RoutedCall } from '../../core/stores/router-store.ts';
import { reachedLimit } from '../../core/wire/reached-limit.ts';

/** A call that models are trained on: what is known of its prompt, and how good its answer was. */
export type LabelledCall = Pick<
  RoutedCall,
  'id' | 'model' | 'keyId' | 'tier' | 'task' | 'difficulty' | 'features' | 'tokens'
> &
  Label & {
    /** The task if the caller named it, so that guesses can be checked against it. */
    readonly namedTask?: string;
    /**
     * How the router drew the model. Absent if anything else decided: the caller, a rule, a pin, a cascade or a fallback.
     * Callers name models by what they know of the work and no row records, so ratings of such calls compare no models.
     */
    readonly experiment?: Experiment;
    /** The answer was cut at a limit, so its length says nothing about how long the model's answers are. */
    readonly isCut?: true;
  };

type Label = {
  /** 0 to 1: the mean of people's ratings, else of what was inferred; absent if nothing is known. */
  readonly score?: number;
  /** Whether the score comes from people's ratings. */
  readonly fromFeedback?: boolean;
  /** It stands for the answers that its key, which only complains, did not complain about. Nobody has rated it. */
  readonly isControl?: true;
};

/** Reads the label of a recorded call. */
export function labelledCall({ decision, finishReason, outcomes, ...call }: RoutedCall): LabelledCall {
  const namedTask = decision?.wishes?.task;
  const experiment = decision && experimentOf(decision, call.model);
  return {
    ...call,
    ...(reachedLimit(finishReason) && { isCut: true }),
    ...(namedTask && { namedTask }),
    ...(experiment && { experiment }),
    ...labelOf(outcomes),
  };
}

/** People's ratings outrank everything that was inferred. */
function labelOf(outcomes: RoutedCall['outcomes']): Label {
  const verdicts = outcomes.filter(({ kind }) => !isControlKind(ownKind(kind)));
  const ratings = verdicts.filter(({ kind }) => kind === 'feedback');
  const counted = ratings.length > 0 ? ratings : verdicts;
  const isControl =
    ratings.length === 0 && outcomes.some(({ kind, score }) => isCountedControl(ownKind(kind), score));
  return {
    ...(counted.length > 0 && {
      score: meanOf(counted.map(({ score }) => score)),
      fromFeedback: ratings.length > 0,
    }),
    ...(isControl && { isControl }),
  };
}

/** Wishes that have no influence on which model is chosen, except by the kind of work. */
const neutralWishes: ReadonlySet<string> = new Set(['task', 'answers', 'isChecked']);

/** Returns the experiment if its draw alone decided which model answered. */
function experimentOf(
  { policy, ranked = [], wishes = {}, experiment }: NonNullable<RoutedCall['decision']>,
  model: string | undefined,
): Experiment | undefined {
  // The model of a cascade's row depends on the answers.
  if (policy === 'cascade' || ranked[0]?.model !== model) return undefined;
  return Object.keys(wishes).every((name) => neutralWishes.has(name)) ? experiment : undefined;
}
