import type { CallReceipt } from '../../core/call.ts';
import { dollarText } from '../../core/units.ts';

/** The line below every answer: model, cost, duration and request id. */
export function callFooter(receipt: CallReceipt, tookMs: number): string {
  const cost = receipt.cost === undefined ? 'price unknown' : dollarText(receipt.cost);
  const marks = [receipt.simulated && 'simulated', receipt.estimated && 'estimated']
    .filter(Boolean)
    .join(', ');
  return [
    receipt.model ?? 'no model',
    `${cost}${marks ? ` (${marks})` : ''}`,
    `${(tookMs / 1000).toFixed(1)} s`,
    receipt.requestId,
  ].join(' · ');
}
