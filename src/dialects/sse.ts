import { createParser } from 'eventsource-parser';
import { ConclaveError } from '../core/errors.ts';

/** An event that is not over after this many characters is an error, not a reason to keep buffering. */
export const maxEventLength = 16 * 1024 * 1024;

/** Reads server-sent events from bytes cut anywhere. */
export type SseReader = {
  /** Reports every event that these bytes complete. @throws ConclaveError `provider_invalid_reply` above the bound. */
  push(bytes: Uint8Array): void;
  /** Reports an event whose closing blank line never came; it may be cut short. */
  end(): void;
};

/** Comments, ids and retry times mean nothing to any dialect and are left out. */
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

/** One event as text. `data` must hold no line break, which JSON never does. */
export function sseEvent(data: string, name?: string): string {
  return name === undefined ? `data: ${data}\n\n` : `event: ${name}\ndata: ${data}\n\n`;
}

/** Keeps a connection alive; every client skips a comment. */
export const ssePing = ': ping\n\n';

/** What stops a reader whose stream never ends an event. */
export function eventTooLong(): ConclaveError {
  return new ConclaveError(
    'provider_invalid_reply',
    `The provider sent a stream event of more than ${maxEventLength} characters; it was not read further.`,
  );
}
