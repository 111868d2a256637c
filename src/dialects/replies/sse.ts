import { createParser } from 'eventsource-parser';
import { maxHeldBytes, replyTooLarge } from '../../core/wire/reply-too-large.ts';

/** Reads server-sent events from bytes cut at any point. */
export type SseReader = {
  /**
   * Reports every event that these bytes complete. @throws ConclaveError `provider_invalid_reply` for an event that is too
   * large.
   */
  push(bytes: Uint8Array): void;
  /** Reports an event whose closing blank line never arrived; it may be cut short. */
  end(): void;
};

/** Returns a reader that skips comments, ids and retry times: no dialect uses them. */
export function sseReader(onEvent: (data: string, name: string | undefined) => void): SseReader {
  const decoder = new TextDecoder();
  const parser = createParser({
    maxBufferSize: maxHeldBytes,
    onEvent: (event) => onEvent(event.data, event.event),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw replyTooLarge('stream event');
    },
  });
  return {
    push: (bytes) => parser.feed(decoder.decode(bytes, { stream: true })),
    end: () => parser.feed(`${decoder.decode()}\n\n`),
  };
}

/** Returns one event as text. `data` must not contain a line break; JSON never does. */
export function sseEvent(data: string, name?: string): string {
  return name === undefined ? `data: ${data}\n\n` : `event: ${name}\ndata: ${data}\n\n`;
}

/** Keeps a connection alive; every client skips comments. */
export const ssePing = ': ping\n\n';
