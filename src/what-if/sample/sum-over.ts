import type { CallVolume } from '../../core/stores/ledger.ts';

/** Adds up one figure of several groups of calls. */
export function sumOver(groups: readonly CallVolume[], of: (group: CallVolume) => number): number {
  return groups.reduce((total, group) => total + of(group), 0);
}
