import type { DialectId } from './content.ts';
import type { Model } from './model.ts';
import type { Tier } from './task.ts';

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
  | { readonly kind: 'auto'; readonly tier?: Tier; readonly localOnly: boolean };

/** Every model that Conclave knows of, and what the names that people type mean. */
export interface Catalogue {
  /** All known models of configured providers. */
  models(): readonly Model[];
  get(id: string): Model | undefined;
  /**
   * Resolves an id, alias, bare vendor name or virtual model.
   * @throws ConclaveError `model_not_found` naming the nearest ids, or `invalid_request` for an ambiguous name.
   */
  resolve(name: string, clientDialect?: DialectId): Resolution;
}
