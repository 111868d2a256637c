import type { Principal } from '../core/call.ts';
import { hasTag } from '../core/has-tag.ts';
import { matchesPattern } from '../core/matches-pattern.ts';
import type { Model } from '../core/model.ts';
import type { EngineContext } from './engine.ts';
import { outOfBounds } from './seller-filters.ts';

/** On whose account, and with which tags, something is about to be asked. */
export type Asker = { readonly principal: Principal; readonly tags: readonly string[] };

/**
 * Whether a model may see what an asker has to say, whatever that is: its key's models, `sensitive`, and where config
 * and key let data go. Whoever chooses models before there is a call asks this; the hard filters say the same of the call.
 */
export function maySee(
  { deploymentsOf, settings }: Pick<EngineContext, 'deploymentsOf' | 'settings'>,
  model: Model,
  { principal, tags }: Asker,
): boolean {
  const { models, allow, tags: keyTags = [] } = principal;
  if (models && !models.some((pattern) => matchesPattern(model.id, pattern))) return false;
  if (!model.local && hasTag([...tags, ...keyTags], 'sensitive')) return false;
  const allowed = [settings.allow, allow].filter((places) => places !== undefined);
  return deploymentsOf(model).some((deployment) => !outOfBounds({ model, deployment }, allowed));
}
