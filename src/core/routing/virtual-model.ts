import { tiers, type Tier } from '../task.ts';

/** What stands where a model's name does and leaves the choice open: any model that fits, chosen by `policy` where it asks for one. */
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

/** As they are told to people. */
export const virtualNames: readonly string[] = [...known.keys()];

/** Whether a name is one of Conclave's own, also where it means nothing (`auto:cheap`): no model and no alias is called so. */
export function isVirtualName(name: string): boolean {
  return known.has(name) || name.startsWith('auto:');
}

/** What a name of Conclave's own means; `undefined` for every other, and where it means nothing. */
export function virtualModel(name: string): VirtualModel | undefined {
  return known.get(name === 'auto:' ? 'auto' : name);
}
