import type { Call } from '../../core/call.ts';
import type { Model } from '../../core/model.ts';
import type { VirtualModel } from '../../core/routing/virtual-model.ts';
import type { EngineContext } from '../context.ts';
import { pinnedChoice } from './pinned-choice.ts';

/** Who chooses the model of a call. */
export type Choice = OpenChoice | AskedChoice;

/** A policy of Conclave's. */
export type OpenChoice = VirtualModel & Listing & { readonly kind: 'open' };

/** One model stands first, and what is behind it only stands in for it. */
export type AskedChoice = Listing & {
  readonly kind: 'asked';
  readonly model: Model;
  /**
   * Who names a model itself means that one and no other; by an alias, one like it. A pin is what key or config want for
   * every open choice; a parent has chosen for the call below it.
   */
  readonly by: 'name' | 'alias' | 'pin' | 'parent';
};

type Listing = {
  /** The caller brings a list of models of its own: to choose from, or to go on with behind the one that it asked for. */
  readonly isListed: boolean;
  /** What the caller should know of what its words meant. */
  readonly warnings: readonly string[];
};

/** @throws ConclaveError `model_not_found` for a name that nobody has. */
export function choiceOf(engine: EngineContext, call: Call): Choice {
  const isListed = call.models !== undefined;
  const meant = engine.catalogue.resolve(call.request.model, call.raw?.dialect);
  if (meant.kind === 'auto') {
    const open: OpenChoice = { ...meant, kind: 'open', isListed, warnings: [] };
    return pinnedChoice(engine, call, open) ?? open;
  }
  const { model, viaAlias, warnings } = meant;
  const by = call.decided ? 'parent' : viaAlias ? 'alias' : 'name';
  return { kind: 'asked', model, by, isListed, warnings };
}

/**
 * Whether Conclave chose this model, for an open choice, behind an alias or as a fallback. Who named it means it, and
 * hears itself what it refuses.
 */
export function isOurs(choice: Choice, { id }: Model): boolean {
  if (choice.kind === 'open' || choice.by === 'parent') return true;
  return !choice.isListed && (choice.by !== 'name' || choice.model.id !== id);
}

/** Whether the caller, or a pin, asked for this very model; a list of the caller's own is names, whatever it stands beside. */
export function isNamed(choice: Choice, { id }: Model): boolean {
  return choice.isListed || (choice.kind === 'asked' && choice.model.id === id);
}
