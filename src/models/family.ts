import type { UsdPrice } from '../core/catalogue.ts';
import type { Capability, TaskNote } from '../core/model.ts';
import type { Tier } from '../core/task.ts';
import type { Tokens, Usd } from '../core/units.ts';

/** What Conclave adds to the price list about one maker's models: one file each in `overlay/`. */
export type Family = {
  readonly id: string;
  readonly name: string;
  readonly maker: string;
  /** The maker's own provider; absent for open weights that other providers serve. */
  readonly home?: string;
  /** Matches plain model names (see `plainName`) of this family. */
  readonly pattern: RegExp;
  /** Capabilities of every model below, unless it overrides them. */
  readonly capabilities: Capabilities;
  /** Matches models that accept no audio, including models that are not listed below. */
  readonly deaf?: RegExp;
  /** Signed reasoning of its models is valid at every provider of them. */
  readonly portableThoughts?: true;
  /** Its models have separate limits for prompt and answer instead of one shared window. */
  readonly answerApart?: true;
  /** Price of writing to the cache for an hour, as a multiple of the input price, at providers whose row has none. */
  readonly hourlyWrites?: number;
  /** Those of its models whose writes to the cache are billed write every long prompt there, unasked. */
  readonly cachesUnasked?: true;
  /** USD per thousand web searches at its home, for models whose price lacks it. */
  readonly webSearch?: Usd;
  /** Audio is not billed like text: a price without rates for it says nothing about audio. */
  readonly audioApart?: true;
  /** The best of each tier first; models with a successor are known but no longer chosen. */
  readonly models: readonly FamilyModel[];
  readonly strengths: readonly TaskNote[];
  readonly weaknesses: readonly TaskNote[];
};

export type Capabilities = Readonly<Partial<Record<Capability, boolean>>>;

export type FamilyModel = {
  /** Name at its home provider. */
  readonly name: string;
  /** Matches the plain names that providers of open weights use; default: the plain name itself. */
  readonly pattern?: RegExp;
  /**
   * By price and strength. Frontier is for the flagships of the three great families; in other families, models up to
   * $5 per million answer tokens are economy. Absent for small models, which are only used if named.
   */
  readonly tier?: Tier;
  /** Only if the price list has none. */
  readonly contextWindow?: Tokens;
  readonly maxOutputTokens?: Tokens;
  /** The most that it counts for an image, if that is more than 16,384. */
  readonly imageTokens?: Tokens;
  readonly capabilities?: Capabilities;
  /** Batch price at its home provider, as a share of the price. */
  readonly batchShare?: number;
  /** Limits of a new account at its home provider. */
  readonly quotas?: { readonly rpm?: number; readonly tpm?: number };
  /** Only until the price list has the model; a test fails once it does. */
  readonly price?: UsdPrice;
  /** The replacement named by its maker, once this model is being retired. */
  readonly successor?: string;
};
