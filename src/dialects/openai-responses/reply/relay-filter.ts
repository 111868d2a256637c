import { parseExactObject } from '../../../core/json/exact-json.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { sseEvent, sseReader } from '../../replies/sse.ts';
import { endOf, eventType, isExplained, isFailure, isUnexplained } from './finish-reason.ts';
import type { ResponseEnd } from './finish-reason.ts';

/**
 * Gives a relayed stream one end that clients know. A failure without a reason is left out, and so is any other end
 * behind it: its reason may follow, and Conclave writes both as one end. `response.done` gets OpenAI's name. Takes and
 * returns whole events.
 */
export function relayFilter({ stream }: ModelRequest): ((events: Uint8Array) => Uint8Array) | undefined {
  if (!stream) return undefined;
  let hasFailed = false;
  return (events) => {
    const text = Buffer.from(events.buffer, events.byteOffset, events.byteLength).toString('utf8');
    if (!hasFailed && !end.test(text)) return events;
    return Buffer.from(
      text
        .split(/(?<=\r?\n\r?\n)/)
        .map(shown)
        .join(''),
    );
  };

  function shown(text: string): string {
    if (!hasFailed && !end.test(text)) return text;
    const { body, name } = eventIn(text);
    const last = body && endOf(body, name);
    if (!body || !last) return text;
    hasFailed ||= isUnexplained(last);
    if (hasFailed) return isExplained(last.response) ? text : '';
    if (eventType(body, name) !== 'response.done' || isFailure(last.status)) return text;
    return renamed(body, name, last);
  }
}

/** Almost no event may need a change: all others are not parsed. */
const end = /\bresponse\.(?:done|failed|cancelled)\b|"status"\s*:\s*"(?:failed|cancelled)"/;

/** An event under OpenAI's name for such an end. */
function renamed(body: JsonObject, name: string | undefined, { status, response }: ResponseEnd): string {
  const type = `response.${status === 'incomplete' ? status : 'completed'}`;
  return sseEvent(JSON.stringify({ ...body, type, response: { ...response, status } }), name && type);
}

/** Reads an event as the reader of the stream does. */
function eventIn(text: string): {
  readonly body?: JsonObject | undefined;
  readonly name?: string | undefined;
} {
  let event: ReturnType<typeof eventIn> = {};
  const reader = sseReader((data, name) => {
    event = { body: parseExactObject(data), name };
  });
  reader.push(Buffer.from(text));
  return event;
}
