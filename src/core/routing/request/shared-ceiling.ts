import type { Usd } from '../../units.ts';

/** What a call's cost ceiling was taken from, if the caller did not set it for this call alone. */
export type SharedCeiling = {
  /** The ceiling that it was taken from. */
  readonly maxCostUsd: Usd;
  /** Where that one comes from, if it is not the caller's own either. */
  readonly shared?: SharedCeiling;
} & (
  | {
      /** One of so many equal parts. */
      readonly kind: 'part';
      readonly calls: number;
    }
  /** What earlier calls left. */
  | { readonly kind: 'left' }
);

/** The most that a call may cost, and what that was taken from. */
export type CallCeiling = {
  readonly maxCostUsd?: Usd | undefined;
  readonly sharedCeiling?: SharedCeiling | undefined;
};
