import type { CallOutcome, ReplyHead } from '../../core/call.ts';
import { usdText } from '../../core/units.ts';

const longestWarnings = 2_000;

/** What is known when the head of a stream goes out. */
export function headHeaders(head: ReplyHead): Record<string, string> {
  return {
    ...head.headers,
    'x-conclave-request-id': head.requestId,
    'x-conclave-model': headerText(head.model),
    'x-conclave-attempts': String(head.attempts),
    ...(head.simulated && { 'x-conclave-simulated': 'true' }),
    ...warningsHeader(head.warnings),
  };
}

/** The same, final, and what the call cost. */
export function outcomeHeaders(head: ReplyHead, outcome: CallOutcome): Record<string, string> {
  return {
    ...headHeaders(head),
    'x-conclave-model': headerText(outcome.model ?? head.model),
    'x-conclave-attempts': String(Math.max(outcome.attempts, 1)),
    'x-conclave-cost-usd': outcome.cost === undefined ? 'unknown' : usdText(outcome.cost),
    ...(outcome.callerCost !== undefined && { 'x-conclave-own-cost-usd': usdText(outcome.callerCost) }),
    ...(outcome.simulated && { 'x-conclave-simulated': 'true' }),
    ...(outcome.estimated && { 'x-conclave-estimated': 'true' }),
    ...warningsHeader(outcome.warnings),
  };
}

function warningsHeader(warnings: readonly string[]): Record<string, string> {
  if (warnings.length === 0) return {};
  return { 'x-conclave-warnings': headerText(warnings.join(' | ')).slice(0, longestWarnings) };
}

/** Headers carry printable ASCII; anything else would be refused by the next proxy, or split the reply. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '?');
}
