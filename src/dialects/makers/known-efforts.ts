import type { ModelTarget } from '../request/model-target.ts';
import type { ReasoningEffort } from '../../core/wire/request.ts';
import { nearestEffort, nearestHigherEffort, wantedEffort } from '../../core/wire/reasoning-effort.ts';
import type { RequestDraft } from '../request/draft.ts';
import { knownName } from '../request/known-name.ts';
import { modelEntry } from '../request/model-entry.ts';
import { geminiLevels } from './gemini-habits.ts';
import { gptEfforts } from './gpt-habits.ts';

/** The efforts that every provider with an effort setting supports. */
const common: readonly ReasoningEffort[] = ['low', 'medium', 'high'];

/**
 * Returns the effort to request, from those that the model is known to support; a token budget becomes the nearest
 * effort. Anything not granted, or granted only approximately, is named in `warnings`.
 */
export function effortFor(draft: RequestDraft): ReasoningEffort | undefined {
  const { request, target, warnings } = draft;
  const { reasoning } = request;
  if (!reasoning) return undefined;
  const wanted = wantedEffort(reasoning);
  if (wanted === undefined) {
    if (reasoning.visible && target.capabilities?.reasoning !== true) {
      warnings.push(`Reasoning was left to the default of ${target.model}: it is not known to support it.`);
    }
    return undefined;
  }
  if (reasoning.effort === undefined) {
    warnings.push(
      `The thinking budget of ${reasoning.budgetTokens} tokens was sent as the effort "${wanted}".`,
    );
  }
  return grantedEffort(draft, wanted, knownEfforts(target));
}

/** Returns the efforts that a model supports at a provider; `undefined` if they are not known. */
export function knownEfforts(target: ModelTarget): readonly ReasoningEffort[] | undefined {
  return declaredEfforts(target) ?? gptEfforts(knownName(target)) ?? geminiLevels(knownName(target));
}

/** Returns the efforts that the provider's quirks declare for a model. */
export function declaredEfforts(target: ModelTarget): readonly ReasoningEffort[] | undefined {
  const { modelEfforts, reasoningEfforts } = target.quirks;
  return modelEntry(modelEfforts, target) ?? reasoningEfforts;
}

/**
 * Returns the nearest effort that the model supports; `undefined` if it supports none. If thinking cannot be switched
 * off, that is the lowest effort. Anything not granted exactly is named in `warnings`.
 */
export function grantedEffort(
  { target, warnings }: RequestDraft,
  wanted: ReasoningEffort,
  known: readonly ReasoningEffort[] | undefined,
): ReasoningEffort | undefined {
  const { model, quirks } = target;
  if (known?.includes(wanted)) return wanted;
  const nearest = quirks.roundsEffortsUp ? nearestHigherEffort : nearestEffort;
  // An unknown server may reject the whole call for `none`, which few support.
  const near = wanted === 'none' && known === undefined ? undefined : nearest(wanted, known ?? common);
  if (near === undefined)
    warnings.push(`The effort "${wanted}" was left out: ${model} is not known to support it.`);
  else if (near !== wanted) {
    warnings.push(`The effort "${wanted}" was sent as "${near}", the nearest that this provider supports.`);
  }
  return near;
}
