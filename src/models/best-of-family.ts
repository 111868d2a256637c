import type { Model } from '../core/model.ts';
import type { Tier } from '../core/task.ts';
import { families } from './overlay/index.ts';

/** Families in the order in which one replaces another: the strongest first; after the last comes the first again. */
export const familyRing: readonly string[] = [
  'claude',
  'gpt',
  'gemini',
  'deepseek',
  'mistral',
  'grok',
  'qwen',
  'kimi',
  'glm',
  'minimax',
  'nova',
  'command',
  'llama',
  'gemma',
];

/**
 * Returns the preferred model of a family in a tier: the first listed, from its maker's own service if that is
 * configured.
 */
export function bestOfFamily(models: readonly Model[], family: string, tier: Tier): Model | undefined {
  return bestOf(models).get(`${family} ${tier}`);
}

const remembered = new WeakMap<readonly Model[], ReadonlyMap<string, Model>>();

/** Cached per list, because every call by an alias needs it. */
function bestOf(models: readonly Model[]): ReadonlyMap<string, Model> {
  const known = remembered.get(models);
  if (known) return known;
  const best = new Map<string, Model>();
  for (const model of models) {
    if (model.local || !model.tier) continue;
    const place = `${model.family} ${model.tier}`;
    const held = best.get(place);
    if (!held || (isAtHome(model) && !isAtHome(held))) best.set(place, model);
  }
  remembered.set(models, best);
  return best;
}

function isAtHome({ family, provider }: Model): boolean {
  return homes.get(family)?.has(provider) ?? false;
}

const homes: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [...Map.groupBy(families, ({ id }) => id)].map(([id, members]) => [
    id,
    new Set(members.flatMap(({ home }) => home ?? [])),
  ]),
);
