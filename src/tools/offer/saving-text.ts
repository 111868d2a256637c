import { type NanoUsd, dollarText } from '../../core/units.ts';

/** Who was stopped because nothing that they said could have mattered, and what that saved; empty where nobody was. */
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
