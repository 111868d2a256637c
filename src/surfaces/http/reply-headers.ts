import type { CallReceipt, ReplyHead } from '../../core/call.ts';
import type { Dialect } from '../../core/wire/dialect.ts';
import { usdText } from '../../core/units.ts';

const longestWarnings = 2_000;
const unprintable = /[^\x20-\x7e]/;

/** Returns the headers with the request id: Conclave's own, and the one that the SDKs of the client's dialect read. */
export function nameHeaders(
  requestId: string,
  { requestIdHeader }: Pick<Dialect, 'requestIdHeader'>,
): Record<string, string> {
  const headers: Record<string, string> = { 'x-conclave-request-id': requestId };
  if (requestIdHeader) headers[requestIdHeader] = requestId;
  return headers;
}

/** Returns the headers known when a stream starts. */
export function headHeaders(
  head: ReplyHead,
  dialect: Pick<Dialect, 'requestIdHeader'>,
): Record<string, string> {
  const headers = { ...head.headers, ...nameHeaders(head.requestId, dialect) };
  headers['x-conclave-model'] = headerName(head.model);
  headers['x-conclave-attempts'] = String(head.attempts);
  if (head.simulated) headers['x-conclave-simulated'] = 'true';
  addWarnings(headers, head.warnings);
  return headers;
}

/** Returns the headers of a finished call, including its cost. */
export function receiptHeaders(
  head: ReplyHead,
  receipt: CallReceipt,
  dialect: Dialect,
): Record<string, string> {
  const { model = head.model, cost, callerCost, warnings } = receipt;
  const attempts = Math.max(receipt.attempts, head.attempts);
  const simulated = head.simulated || receipt.simulated;
  const headers = headHeaders({ ...head, model, attempts, simulated, warnings }, dialect);
  headers['x-conclave-cost-usd'] = usdText(cost);
  if (callerCost !== undefined) headers['x-conclave-own-cost-usd'] = usdText(callerCost);
  if (receipt.checkPassed !== undefined)
    headers['x-conclave-check'] = receipt.checkPassed ? 'passed' : 'failed';
  if (receipt.estimated) headers['x-conclave-estimated'] = 'true';
  return headers;
}

function addWarnings(headers: Record<string, string>, warnings: readonly string[]): void {
  if (warnings.length === 0) return;
  headers['x-conclave-warnings'] = headerText(warnings.join(' | ')).slice(0, longestWarnings);
}

/** Encodes an id that a client may compare or send back: anything but printable ASCII is percent-encoded. */
function headerName(id: string): string {
  if (!unprintable.test(id)) return id;
  return id.toWellFormed().replace(/[^\x20-\x7e]+/g, encodeURIComponent);
}

/** Replaces anything but printable ASCII, which the next proxy might reject or which could split the reply. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '?');
}
