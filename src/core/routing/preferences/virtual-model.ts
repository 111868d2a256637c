import { tiers, type Tier } from '../../task.ts';

/** A name in place of a model that leaves the choice open: any model that fits, chosen by `policy` if set. */
export type VirtualModel = {
  readonly tier?: Tier;
  readonly localOnly: boolean;
  readonly policy?: string;
};

const known: ReadonlyMap<string, VirtualModel> = new Map<string, VirtualModel>([
  ['cascade', { localOnly: false, policy: 'cascade' }],
  ['auto', { localOnly: false }],
  ...tiers.map((tier) => [`auto:${tier}`, { tier, localOnly: false }] as const),
  ['auto:local', { localOnly: true }],
]);

/** The names as shown to users. */
export const virtualNames: readonly string[] = [...known.keys()];

/**
 * Returns whether a name is reserved for Conclave, even if it means nothing (`auto:cheap`): no model or alias may have
 * it.
 */
export function isVirtualName(name: string): boolean {
  return known.has(name) || name.startsWith('auto:');
}

/** Returns what a reserved name means; `undefined` for every other name and for one without a meaning. */
export function virtualModel(name: string): VirtualModel | undefined {
  return known.get(name === 'auto:' ? 'auto' : name);
}
