import { type NanoUsd, dollarText } from '../../core/units.ts';

/**
 * Describes which members were cancelled because their answers could no longer matter, and what that saved; empty if
 * none were.
 */
export function savingText({
  cancelled,
  saved,
}: {
  readonly cancelled: readonly string[];
  readonly saved?: NanoUsd | undefined;
}): string {
  if (cancelled.length === 0) return '';
  const money = saved === undefined ? '' : `, which saved about ${dollarText(saved)}`;
  return `Stopped early: the answers of ${cancelled.join(', ')} could not have changed the outcome${money}.`;
}
