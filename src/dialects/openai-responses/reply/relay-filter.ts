import { parseExactObject } from '../../../core/json/exact-json.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { sseEvent, sseReader } from '../../replies/sse.ts';
import { endOf, eventType, isFailure, isUnexplained } from './finish-reason.ts';

/**
 * Gives a relayed stream one end that clients know. A failure without a reason is left out: its reason may follow, and
 * Conclave writes both as one end. `response.done` gets OpenAI's name. Takes and returns whole events.
 */
export function relayFilter({ stream }: ModelRequest): ((events: Uint8Array) => Uint8Array) | undefined {
  if (!stream) return undefined;
  return (events) => {
    const text = Buffer.from(events.buffer, events.byteOffset, events.byteLength).toString('utf8');
    if (!end.test(text)) return events;
    return Buffer.from(
      text
        .split(/(?<=\r?\n\r?\n)/)
        .map(shown)
        .join(''),
    );
  };
}

/** Almost no event may need a change: all others are not parsed. */
const end = /\bresponse\.(?:done|failed|cancelled)\b|"status"\s*:\s*"(?:failed|cancelled)"/;

function shown(text: string): string {
  if (!end.test(text)) return text;
  const { body, name } = eventIn(text);
  if (body === undefined) return text;
  const last = endOf(body, name);
  if (last === undefined) return text;
  if (isUnexplained(last)) return '';
  const { status, response } = last;
  if (eventType(body, name) !== 'response.done' || isFailure(status)) return text;
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
