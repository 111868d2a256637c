import type { Model } from '../../../core/model.ts';
import type { ChoosableCall } from '../../../core/routing/request/choosable-call.ts';
import type { ModelChoice, OpenChoice } from '../../route.ts';
import type { ChoosingServices } from './candidate-models.ts';
import { pinnedChoice } from './pinned-choice.ts';

/** Resolves the model name of a call. @throws ConclaveError `model_not_found` for an unknown name. */
export function choiceOf(engine: ChoosingServices, call: ChoosableCall): ModelChoice {
  const isListed = call.models !== undefined;
  const meant = engine.catalogue.resolve(call.request.model, call.raw?.dialect);
  if (meant.kind === 'auto') {
    const open: OpenChoice = { ...meant, kind: 'open', isListed, warnings: [] };
    return pinnedChoice(engine, call, open) ?? open;
  }
  const { model, viaAlias, warnings } = meant;
  const by = call.parent?.step ? 'parent' : viaAlias ? 'alias' : 'name';
  const { modelReason: reason } = call;
  return { kind: 'named', model, by, isListed, warnings, ...(reason !== undefined && { reason }) };
}

/**
 * Whether Conclave chose this model: for an open choice, for an alias, or as a fallback. If the caller named the model,
 * it gets the model's own refusal instead of a fallback.
 */
export function isOurs(choice: ModelChoice, { id }: Model): boolean {
  if (choice.kind === 'open' || choice.by === 'parent') return true;
  return !choice.isListed && (choice.by !== 'name' || choice.model.id !== id);
}

/** Whether the caller, or a pin, asked for this very model; every model in the caller's own list counts as named. */
export function isNamed(choice: ModelChoice, { id }: Model): boolean {
  return choice.isListed || (choice.kind === 'named' && choice.model.id === id);
}
