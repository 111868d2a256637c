import { parseExactObject } from '../../../core/json/exact-json.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { objectOf } from '../../fields/loose-fields.ts';
import { isExplained, statusOf } from './finish-reason.ts';

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

const end = /"type"\s*:\s*"response\.(?:done|failed|cancelled)"/;

function shown(event: string): string {
  if (!end.test(event)) return event;
  const body = parseExactObject(/^data: ?(.*)$/m.exec(event)?.[1] ?? '');
  if (typeof body?.type !== 'string') return event;
  const response = objectOf(body.response);
  const status = statusOf(body.type, response);
  if (status === 'failed' || status === 'cancelled') return isExplained(response) ? event : '';
  if (body.type !== 'response.done') return event;
  const type = `response.${status === 'incomplete' ? status : 'completed'}`;
  const data = `data: ${JSON.stringify({ ...body, type, response: { ...response, status } })}\n\n`;
  return event.startsWith('event:') ? `event: ${type}\n${data}` : data;
}
