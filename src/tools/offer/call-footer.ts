import type { CallOutcome } from '../../core/call.ts';
import { dollarText } from '../../core/units.ts';

/** The line below every answer: model, cost, duration and request id. */
export function callFooter(outcome: CallOutcome, tookMs: number): string {
  const cost = outcome.cost === undefined ? 'price unknown' : dollarText(outcome.cost);
  const marks = [outcome.simulated && 'simulated', outcome.estimated && 'estimated']
    .filter(Boolean)
    .join(', ');
  return [
    outcome.model ?? 'no model',
    `${cost}${marks ? ` (${marks})` : ''}`,
    `${(tookMs / 1000).toFixed(1)} s`,
    outcome.requestId,
  ].join(' · ');
}
