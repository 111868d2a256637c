import type { JsonValue } from '../../core/json/json.ts';
import type { Frame } from '../replied.ts';

/** Formats a server-sent event; `type` is its `event:` line, for formats that have one. */
export function sseEvent(data: JsonValue, type?: string): string {
  return `${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** A frame without content: opening, closing or usage. */
export function silentFrame(bytes: string | Uint8Array): Frame {
  return { bytes, content: false, tokens: 0 };
}

export function contentFrame(bytes: string | Uint8Array, tokens: number): Frame {
  return { bytes, content: true, tokens };
}
