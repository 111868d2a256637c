import { isJsonObject } from '../../core/json.ts';
import type { ModelRequest } from '../../core/request.ts';

/** Takes out the usage chunk that the client did not ask for; every other byte goes through as it came. */
export function relayFilter(request: ModelRequest): ((events: Uint8Array) => Uint8Array) | undefined {
  return request.includeUsage === true ? undefined : withoutUsageChunk;
}

const choices = '"choices"';
const lf = 0x0a;
const cr = 0x0d;

function withoutUsageChunk(events: Uint8Array): Uint8Array {
  const bytes = Buffer.from(events.buffer, events.byteOffset, events.byteLength);
  let at = bytes.indexOf(choices);
  while (at !== -1) {
    if (holdsNothing(bytes, at + choices.length)) {
      const start = eventStart(bytes, at);
      const end = eventEnd(bytes, at);
      if (isUsageChunk(bytes.subarray(start, end))) return cutOut(bytes, start, end);
    }
    at = bytes.indexOf(choices, at + choices.length);
  }
  return events;
}

/** There is one such chunk in a stream, but the rest may still hold another seller's habit: it is looked at, too. */
function cutOut(bytes: Buffer, start: number, end: number): Uint8Array {
  const rest = withoutUsageChunk(bytes.subarray(end));
  return start === 0 ? rest : Buffer.concat([bytes.subarray(0, start), rest]);
}

/** Whether `: []` follows, with or without spaces. A text of the model's cannot look like this: its quotes are escaped. */
function holdsNothing(bytes: Buffer, after: number): boolean {
  let wanted = ':[]';
  for (let at = after; wanted !== '' && at < bytes.length; at += 1) {
    const letter = String.fromCharCode(bytes[at] ?? 0);
    if (letter === ' ') continue;
    if (letter !== wanted[0]) return false;
    wanted = wanted.slice(1);
  }
  return wanted === '';
}

function eventStart(bytes: Buffer, inside: number): number {
  for (let at = bytes.lastIndexOf(lf, inside); at > 0; at = bytes.lastIndexOf(lf, at - 1)) {
    if (isBlankLine(bytes, at - 1)) return at + 1;
  }
  return 0;
}

function eventEnd(bytes: Buffer, inside: number): number {
  for (let at = bytes.indexOf(lf, inside); at !== -1; at = bytes.indexOf(lf, at + 1)) {
    if (isBlankLine(bytes, at - 1)) return at + 1;
  }
  return bytes.length;
}

/** Whether the line that ends behind `last` is empty. */
function isBlankLine(bytes: Buffer, last: number): boolean {
  const end = bytes[last] === cr ? last - 1 : last;
  return bytes[end] === lf;
}

function isUsageChunk(event: Buffer): boolean {
  const text = event.toString('utf8');
  const start = text.indexOf('{');
  try {
    const body: unknown = JSON.parse(text.slice(start));
    return isJsonObject(body) && isJsonObject(body.usage);
  } catch {
    return false;
  }
}
