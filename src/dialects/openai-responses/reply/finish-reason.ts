import { ConclaveError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { FinishReason, StreamPart } from '../../../core/wire/stream-part.ts';
import { nameOf, objectOf } from '../../fields/loose-fields.ts';
import { readOpenAiErrorEvent } from '../../openai/read-openai-error.ts';

const incomplete: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: 'length',
  content_filter: 'content-filter',
};

/** What a response ends as, worst first, if it is not complete. */
const worst = ['failed', 'cancelled', 'incomplete'];

/**
 * Returns the status with which a response ended: the one that its last event is named after, unless the response itself
 * says worse.
 */
export function statusOf(event: string, response: JsonObject): string {
  const said = nameOf(response.status) ?? impliedStatus(response);
  return worst.find((status) => status === said || event === `response.${status}`) ?? said ?? 'completed';
}

function impliedStatus(response: JsonObject): string | undefined {
  if (isExplained(response)) return 'failed';
  return cutBy(response) === undefined ? undefined : 'incomplete';
}

/** Returns how a response ended. A response that still waits in the background also counts as finished here. */
export function readFinish(
  response: JsonObject,
  { status, sawCalls }: { readonly status: string; readonly sawCalls: boolean },
): Extract<StreamPart, { type: 'finish' | 'error' }> {
  if (status === 'failed' || status === 'cancelled')
    return { type: 'error', error: failure(response, status), counted: true };
  if (status !== 'incomplete') {
    return { type: 'finish', reason: sawCalls ? 'tool-calls' : 'stop', raw: status };
  }
  const why = cutBy(response) ?? status;
  return { type: 'finish', reason: incomplete[why] ?? 'other', raw: why };
}

function cutBy(response: JsonObject): string | undefined {
  return nameOf(objectOf(response.incomplete_details).reason);
}

/** Whether a response is not complete, so that its last item may not be either. */
export function wasCut(status: string): boolean {
  return status === 'incomplete' || waiting.has(status);
}

/** Whether a response that failed says why. */
export function isExplained({ error }: JsonObject): boolean {
  return nameOf(objectOf(error).message) !== undefined;
}

function failure(response: JsonObject, status: string): ConclaveError {
  if (isExplained(response)) return readOpenAiErrorEvent({ error: response.error });
  return new ConclaveError('provider_error', `The provider reports that its response has ${status}.`);
}

const waiting: ReadonlySet<string | undefined> = new Set(['queued', 'in_progress']);

/** Whether the answer is still to be written, in the background at the provider that stores it. */
export function isWaiting(finish: Finish | undefined): boolean {
  return waiting.has(finish?.raw);
}

type Finish = { readonly reason: FinishReason; readonly raw?: string };

/** Returns the fields of a response that report how it ended. */
export function writeFinish({ reason, raw }: Finish): {
  status: string;
  incomplete_details: JsonObject | null;
} {
  if (raw !== undefined && waiting.has(raw)) return { status: raw, incomplete_details: null };
  switch (reason) {
    case 'length':
      return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    case 'content-filter':
      return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
    default:
      return { status: 'completed', incomplete_details: null };
  }
}
