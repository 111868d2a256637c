import { createParser } from 'eventsource-parser';
import { ConclaveError } from '../core/errors.ts';

/** The maximum characters of one event. A longer one is an error, so that buffering is bounded. */
export const maxEventLength = 16 * 1024 * 1024;

/** Reads server-sent events from bytes cut at any point. */
export type SseReader = {
  /**
   * Reports every event that these bytes complete. @throws ConclaveError `provider_invalid_reply` above the maximum
   * length.
   */
  push(bytes: Uint8Array): void;
  /** Reports an event whose closing blank line never arrived; it may be cut short. */
  end(): void;
};

/** Returns a reader that skips comments, ids and retry times: no dialect uses them. */
export function sseReader(onEvent: (data: string, name: string | undefined) => void): SseReader {
  const decoder = new TextDecoder();
  const parser = createParser({
    maxBufferSize: maxEventLength,
    onEvent: (event) => onEvent(event.data, event.event),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw eventTooLong();
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

/** Returns the error that stops a reader whose stream never ends an event. */
export function eventTooLong(): ConclaveError {
  return new ConclaveError(
    'provider_invalid_reply',
    `The provider sent a stream event of more than ${maxEventLength} characters; it was not read further.`,
  );
}
