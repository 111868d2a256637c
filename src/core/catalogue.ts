import type { DialectId } from './wire/content.ts';
import type { Capability, Model } from './model.ts';
import type { Tier } from './task.ts';
import type { Tokens, Usd } from './units.ts';
import type { VirtualModel } from './routing/preferences/virtual-model.ts';

/** What a `model` string means. */
export type Resolution =
  /** One model, requested by id, alias or the provider's own name. `viaAlias` allows the default fallback chain. */
  | {
      readonly kind: 'model';
      readonly model: Model;
      readonly viaAlias: boolean;
      readonly warnings: readonly string[];
    }
  /** Any model that fits. */
  | ({ readonly kind: 'auto' } & VirtualModel);

/** All known models, and what the names that users type mean. */
export interface Catalogue {
  /** All known models of configured providers. */
  models(): readonly Model[];
  get(id: string): Model | undefined;
  /** Names that users may type, for hints: aliases, ids and the providers' own names. */
  names(): readonly string[];
  /** Whether the id is in a fixed list that callers cannot extend, including retired models and embedders. */
  lists(id: string): boolean;
  /**
   * Resolves an id, alias, provider's own name or virtual model.
   * @throws ConclaveError `model_not_found` naming the nearest ids, or `invalid_request` for an ambiguous name.
   */
  resolve(name: string, clientDialect?: DialectId): Resolution;
}

/** Rates in USD per million tokens, as they are published. */
export type UsdPrice = {
  readonly input: Usd;
  readonly output: Usd;
  readonly cacheRead?: Usd | undefined;
  readonly cacheWrite?: Usd | undefined;
  readonly cacheWriteLong?: Usd | undefined;
  readonly reasoning?: Usd | undefined;
  readonly inputAudio?: Usd | undefined;
  readonly outputAudio?: Usd | undefined;
  /** USD per thousand web searches that the provider makes. */
  readonly webSearch?: Usd | undefined;
  /** Rates that replace these once the whole prompt exceeds `abovePromptTokens`; most expensive last. */
  readonly steps?:
    | readonly { readonly abovePromptTokens: Tokens; readonly rates: Omit<UsdPrice, 'steps'> }[]
    | undefined;
};

/** A model as a configuration describes it. Its members replace those of the catalogue; the rest stays. */
export type ConfiguredModel = {
  readonly id: string;
  /** The model that it is, if its name does not say so: everything known about that model applies. */
  readonly like?: string | undefined;
  readonly family?: string | undefined;
  readonly tier?: Tier | undefined;
  readonly contextWindow?: Tokens | undefined;
  readonly maxOutputTokens?: Tokens | undefined;
  /** Its capabilities; those not listed count as missing. */
  readonly capabilities?: readonly Capability[] | undefined;
  readonly price?: UsdPrice | undefined;
};
