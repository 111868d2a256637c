import { isJsonObject } from '../../../core/json/json.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';

/** Removes the usage event from a relayed stream if the client did not ask for it. Takes and returns whole events. */
export function relayFilter(request: ModelRequest): ((events: Uint8Array) => Uint8Array) | undefined {
  if (!request.stream || request.includeUsage === true) return undefined;
  return (events) => {
    const bytes = Buffer.from(events.buffer, events.byteOffset, events.byteLength);
    if (!hasNoChoices(bytes)) return events;
    const kept = bytes
      .toString('utf8')
      .split(/(?<=\r?\n\r?\n)/)
      .filter((event) => !isUsageEvent(event));
    return Buffer.from(kept.join(''));
  };
}

const choices = Buffer.from('"choices":');
const space = 0x20;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Almost no event has an empty list of choices: all others cost only one search. */
function hasNoChoices(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(choices); at >= 0; at = bytes.indexOf(choices, at + choices.length)) {
    let value = at + choices.length;
    while (bytes[value] === space) value += 1;
    if (bytes[value] === openBracket && bytes[value + 1] === closeBracket) return true;
  }
  return false;
}

function isUsageEvent(event: string): boolean {
  const data = /^data: ?(.*)$/m.exec(event)?.[1];
  if (data === undefined) return false;
  try {
    const value: unknown = JSON.parse(data);
    return (
      isJsonObject(value) &&
      Array.isArray(value.choices) &&
      value.choices.length === 0 &&
      isJsonObject(value.usage)
    );
  } catch {
    return false;
  }
}
