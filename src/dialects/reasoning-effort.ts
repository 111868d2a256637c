import type { WireTarget } from '../core/wire/dialect.ts';
import { matchesPattern } from '../core/names/matches-pattern.ts';
import type { Quirks } from '../core/provider.ts';
import type { Reasoning, ReasoningEffort } from '../core/wire/request.ts';
import { nearestEffort, wantedEffort } from '../core/wire/reasoning-effort.ts';
import { gptEfforts } from './makers/gpt-habits.ts';

/** What everybody knows who knows the word at all. */
const common: readonly ReasoningEffort[] = ['low', 'medium', 'high'];

type Target = Pick<WireTarget, 'model' | 'quirks' | 'capabilities'>;

/**
 * The effort to ask for, by those that the model is known to take; a budget becomes the effort that comes nearest. What is
 * not granted, or only nearly, is said in `warnings`.
 */
export function effortFor(
  reasoning: Reasoning | undefined,
  target: Target,
  warnings: string[],
): ReasoningEffort | undefined {
  if (!reasoning) return undefined;
  const wanted = wantedEffort(reasoning);
  if (wanted === undefined) {
    if (reasoning.visible && target.capabilities?.reasoning !== true) {
      warnings.push(`Whether to think was left to ${target.model}: it is not known to think.`);
    }
    return undefined;
  }
  if (reasoning.effort === undefined) {
    warnings.push(
      `The thinking budget of ${reasoning.budgetTokens} tokens was asked for as the effort "${wanted}".`,
    );
  }
  return grantedEffort(wanted, knownEfforts(target), target.model, warnings);
}

/** The efforts that a model takes at a seller; `undefined`: nobody knows. */
export function knownEfforts({
  model,
  quirks,
}: Pick<WireTarget, 'model' | 'quirks'>): readonly ReasoningEffort[] | undefined {
  return declaredEfforts(model, quirks) ?? gptEfforts(model);
}

/** What the seller's quirks say of a model. */
export function declaredEfforts(
  model: string,
  { modelEfforts = {}, reasoningEfforts }: Quirks,
): readonly ReasoningEffort[] | undefined {
  const found = Object.entries(modelEfforts).find(([pattern]) => matchesPattern(model, pattern));
  return found?.[1] ?? reasoningEfforts;
}

/**
 * The nearest effort that the model takes; `undefined` if it takes none. If thinking cannot be switched off, that is the least
 * effort. What was not granted exactly is added to `warnings`.
 */
export function grantedEffort(
  wanted: ReasoningEffort,
  known: readonly ReasoningEffort[] | undefined,
  model: string,
  warnings: string[],
): ReasoningEffort | undefined {
  if (known?.includes(wanted)) return wanted;
  // A server that nobody knows may refuse the whole call for a word that few have.
  const near = wanted === 'none' && known === undefined ? undefined : nearestEffort(wanted, known ?? common);
  if (near === undefined)
    warnings.push(`The effort "${wanted}" was left out: ${model} is not known to take it.`);
  else if (near !== wanted) {
    warnings.push(`The effort "${wanted}" was asked for as "${near}", the nearest that this provider knows.`);
  }
  return near;
}
