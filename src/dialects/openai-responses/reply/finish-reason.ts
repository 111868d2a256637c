import { ConclaveError } from '../../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { ownMember } from '../../../core/json/own-members.ts';
import type { ReplyFinish } from '../../../core/wire/collected-reply.ts';
import type { FinishReason, LastPart } from '../../../core/wire/stream-part.ts';
import { nameOf, objectOf } from '../../fields/loose-fields.ts';
import { readOpenAiErrorEvent } from '../../openai/read-openai-error.ts';

const incomplete: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: 'length',
  content_filter: 'content-filter',
};

/** What a response ends as, worst first, if it is not complete. */
const worst = ['failed', 'cancelled', 'incomplete'];

/** The events that can be the last of a response. So some proxies end: https://github.com/can1357/oh-my-pi/issues/4692 */
const lastEvents: ReadonlySet<unknown> = new Set([
  'response.completed',
  'response.done',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
]);

/** How a response ended, as its last event tells it. */
export type ResponseEnd = { readonly status: string; readonly response: JsonObject };

/** Returns how an event, with its name, ends the response; `undefined` if it does not. */
export function endOf(body: JsonObject, name: string | undefined): ResponseEnd | undefined {
  const type = eventType(body, name);
  if (!lastEvents.has(type)) return undefined;
  const response = objectOf(body.response);
  return { status: statusOf(type, response), response };
}

/** Returns the type of an event; some servers give only the name. */
export function eventType({ type }: JsonObject, name: string | undefined): JsonValue | undefined {
  return type ?? name;
}

/** The status that the last event is named after, unless the response itself says worse. */
function statusOf(event: JsonValue | undefined, response: JsonObject): string {
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
): LastPart {
  if (isFailure(status)) return { type: 'error', error: failure(response, status), counted: true };
  if (status !== 'incomplete') {
    return { type: 'finish', reason: sawCalls ? 'tool-calls' : 'stop', raw: status };
  }
  const why = cutBy(response) ?? status;
  return { type: 'finish', reason: ownMember(incomplete, why) ?? 'other', raw: why };
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

/** Whether this status is that of a response that failed. */
export function isFailure(status: string): boolean {
  return status === 'failed' || status === 'cancelled';
}

/** Whether a response failed without a reason. Azure's streams give it afterwards. */
export function isUnexplained({ status, response }: ResponseEnd): boolean {
  return isFailure(status) && !isExplained(response);
}

function failure(response: JsonObject, status: string): ConclaveError {
  if (isExplained(response)) return readOpenAiErrorEvent({ error: response.error });
  return new ConclaveError('provider_error', `The provider reports that its response has ${status}.`);
}

const waiting: ReadonlySet<string | undefined> = new Set(['queued', 'in_progress']);

/** Whether the answer is still to be written, in the background at the provider that stores it. */
export function isWaiting(finish: ReplyFinish | undefined): boolean {
  return waiting.has(finish?.raw);
}

/** Returns the fields of a response that report how it ended. */
export function writeFinish({ reason, raw }: ReplyFinish): {
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
