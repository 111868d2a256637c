import type { Usd } from '../units.ts';

/** A ceiling on the cost of several calls together. */
export type SharedCeiling = { readonly maxCostUsd: Usd; readonly calls: number };
