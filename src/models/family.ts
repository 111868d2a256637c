import type { UsdPrice } from '../core/catalogue.ts';
import type { Capability, TaskNote } from '../core/model.ts';
import type { Tier } from '../core/task.ts';
import type { Tokens } from '../core/units.ts';

/** What we add to the price list about the models of one maker: one file each in `overlay/`. */
export type Family = {
  readonly id: string;
  readonly name: string;
  readonly maker: string;
  /** The provider that its maker runs; absent for open weights that others serve. */
  readonly home?: string;
  /** Recognises a plain model name (see `plainName`) of this family. */
  readonly pattern: RegExp;
  /** Of every model below, unless it says otherwise. */
  readonly capabilities: Capabilities;
  /** Recognises models that take no sound, also among those that are not listed below. */
  readonly deaf?: RegExp;
  /** Its models have a limit for the prompt and one for the answer, and no window that both share. */
  readonly answerApart?: true;
  /** What an hour in the prompt cache costs, in prices of its input, at every seller whose row does not say. */
  readonly hourlyWrites?: number;
  /** The best of each tier first; models with a successor are known, but no longer chosen. */
  readonly models: readonly FamilyModel[];
  readonly strengths: readonly TaskNote[];
  readonly weaknesses: readonly TaskNote[];
};

export type Capabilities = Readonly<Partial<Record<Capability, boolean>>>;

export type FamilyModel = {
  /** As its home provider calls it. */
  readonly name: string;
  /** Recognises the plain names that sellers of open weights make up; else the plain name itself. */
  readonly pattern?: RegExp;
  /**
   * By price and strength. Frontier is for the flagships of the three great families; outside them up to $5 a million
   * tokens of answer is economy. Absent for small models: known, but nobody's choice unless named.
   */
  readonly tier?: Tier;
  /** Only where the price list knows none. */
  readonly contextWindow?: Tokens;
  readonly maxOutputTokens?: Tokens;
  readonly capabilities?: Capabilities;
  /** What its home charges for batches, as a share of the price. */
  readonly batchShare?: number;
  /** What its home grants a new account. */
  readonly quotas?: { readonly rpm?: number; readonly tpm?: number };
  /** Only where the price list is not there yet; a test fails once it is. */
  readonly price?: UsdPrice;
  /** The model that its maker names instead, once this one is on its way out. */
  readonly successor?: string;
};
