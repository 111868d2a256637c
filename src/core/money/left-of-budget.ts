import type { BudgetStanding } from '../stores/stores.ts';
import { nanoFromUsd, type NanoUsd } from '../units.ts';

/** Returns what a budget still has for new calls; negative if more was spent than it allows. */
export function leftOfBudget({ limitUsd, spent, reserved }: BudgetStanding): NanoUsd {
  return nanoFromUsd(limitUsd) - spent - reserved;
}
