import type { DialectId } from './wire/content.ts';
import type { Capability, Model } from './model.ts';
import type { Tier } from './task.ts';
import type { Tokens, Usd } from './units.ts';
import type { VirtualModel } from './routing/virtual-model.ts';

/** What a `model` string means. */
export type Resolution =
  /** One model, asked for by id, alias or bare vendor name. `viaAlias` allows the default fallback chain. */
  | {
      readonly kind: 'model';
      readonly model: Model;
      readonly viaAlias: boolean;
      readonly warnings: readonly string[];
    }
  /** Any model that fits. */
  | ({ readonly kind: 'auto' } & VirtualModel);

/** Every model that Conclave knows of, and what the names that people type mean. */
export interface Catalogue {
  /** All known models of configured providers. */
  models(): readonly Model[];
  get(id: string): Model | undefined;
  /** What people may type for one of them, for hints: aliases, ids and vendors' own names. */
  names(): readonly string[];
  /** Whether the id is one of a list that no caller can lengthen, retired models and embedders among them. */
  lists(id: string): boolean;
  /**
   * Resolves an id, alias, bare vendor name or virtual model.
   * @throws ConclaveError `model_not_found` naming the nearest ids, or `invalid_request` for an ambiguous name.
   */
  resolve(name: string, clientDialect?: DialectId): Resolution;
}

/** Rates as people write them: USD per million tokens. */
export type UsdPrice = {
  readonly input: Usd;
  readonly output: Usd;
  readonly cacheRead?: Usd | undefined;
  readonly cacheWrite?: Usd | undefined;
  readonly cacheWriteLong?: Usd | undefined;
  readonly reasoning?: Usd | undefined;
  readonly inputAudio?: Usd | undefined;
  readonly outputAudio?: Usd | undefined;
  /** What replaces these rates once the whole prompt exceeds `abovePromptTokens`; dearest last. */
  readonly steps?:
    | readonly { readonly abovePromptTokens: Tokens; readonly rates: Omit<UsdPrice, 'steps'> }[]
    | undefined;
};

/** A model as a configuration describes it. What it says replaces what the catalogue knows; the rest stays. */
export type ConfiguredModel = {
  readonly id: string;
  readonly family?: string | undefined;
  readonly tier?: Tier | undefined;
  readonly contextWindow?: Tokens | undefined;
  readonly maxOutputTokens?: Tokens | undefined;
  /** What it can do; those not listed count as missing. */
  readonly capabilities?: readonly Capability[] | undefined;
  readonly price?: UsdPrice | undefined;
};
