import type { Catalogue } from '../../core/catalogue.ts';
import { tiers, type Tier } from '../../core/task.ts';
import type { OpenThread } from '../../threads/open-thread.ts';

/** Why this model answers: the completion of "it is …". */
export const threadsLastModel = "the thread's last model";

/**
 * Returns the model that answers a turn if the caller names none: the thread's last. Returns `undefined`, so that a
 * model is chosen as for a first turn, if another tool asked that model and it is of a lower tier than this tool needs.
 * A model of unknown tier is kept.
 */
export function modelOfThread(
  { model, history }: Pick<OpenThread, 'model' | 'history'>,
  { tool, tier }: { readonly tool: string; readonly tier: Tier },
  catalogue: Pick<Catalogue, 'get'>,
): string | undefined {
  if (model === undefined || history.at(-1)?.tool === tool) return model;
  const own = catalogue.get(model)?.tier;
  return own !== undefined && tiers.indexOf(own) > tiers.indexOf(tier) ? undefined : model;
}
