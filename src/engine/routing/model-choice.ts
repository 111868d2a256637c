import type { Model } from '../../core/model.ts';
import type { VirtualModel } from '../../core/routing/virtual-model.ts';
import type { ChoosableCall } from '../../core/routing/choosable-call.ts';
import type { ChoosingParts } from './candidate-models.ts';
import { pinnedChoice } from './pinned-choice.ts';

/** How the model of a call is chosen. */
export type ModelChoice = OpenChoice | NamedChoice;

/** A policy of Conclave chooses. */
export type OpenChoice = VirtualModel & Listing & { readonly kind: 'open' };

/** One model is preferred; all others are fallbacks for it. */
export type NamedChoice = Listing & {
  readonly kind: 'named';
  readonly model: Model;
  /**
   * `name`: exactly this model. `alias`: this model or a similar one. `pin`: set by key or config for all open choices.
   * `parent`: chosen by the parent call.
   */
  readonly by: 'name' | 'alias' | 'pin' | 'parent';
  /** Why Conclave named the model, as in "it is the thread's last model". Absent: the caller named it. */
  readonly reason?: string;
};

type Listing = {
  /** The caller brings its own list of models: to choose from, or as fallbacks after the model it asked for. */
  readonly isListed: boolean;
  /** What the caller should know about how its model name was resolved. */
  readonly warnings: readonly string[];
};

/** Resolves the model name of a call. @throws ConclaveError `model_not_found` for an unknown name. */
export function choiceOf(engine: ChoosingParts, call: ChoosableCall): ModelChoice {
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
