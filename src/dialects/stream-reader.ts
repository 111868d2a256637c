import type { ReplyReader } from '../core/wire/dialect.ts';
import { ConclaveError } from '../core/errors.ts';
import { parseWithExactCalls } from '../core/json/exact-json.ts';
import { isJsonObject } from '../core/json/json.ts';
import type { JsonObject } from '../core/json/json.ts';
import type { StreamPart } from '../core/wire/stream-part.ts';
import { awsEventReader } from './aws-event-stream.ts';
import { lineReader } from './lines.ts';
import { endsEvent, eventEnd, RepeatedDelta } from './repeated-delta.ts';
import { sseReader } from './sse.ts';

/**
 * Interprets the events of one stream for one dialect. It appends to `parts`, and is not called again after a `finish`
 * or `error` of its own.
 */
export type StreamInterpreter = {
  event(body: JsonObject, parts: StreamPart[], name: string | undefined): void;
  /**
   * Called at the end of the bytes or at `[DONE]`. If it appends no `finish` or `error`, the stream counts as cut off.
   */
  end(parts: StreamPart[], how: 'done' | 'cut'): void;
  /**
   * An event that was a single text delta leaves no state in the interpreter, so that further events that differ only
   * in their text need not be passed to it. For server-sent events only.
   */
  readonly forgetsText?: boolean;
};

const framings = { sse: sseReader, lines: lineReader, 'aws-events': awsEventReader };

/**
 * Creates the part of a reader that all dialects share: turns bytes into JSON events, emits exactly one `finish` or
 * `error` and nothing after it, and never throws.
 */
export function streamReader(
  interpreter: StreamInterpreter,
  framing: keyof typeof framings = 'sse',
): ReplyReader {
  let parts: StreamPart[] = [];
  let over = false;
  let ending = false;

  const source = framings[framing](read);
  const repeated = interpreter.forgetsText ? new RepeatedDelta() : undefined;
  /** Whether the next byte begins an event. */
  let atEvent = true;

  /**
   * Reads events that repeat the last one directly from the bytes, and passes everything else to the parser, event by
   * event.
   */
  function readEvents(bytes: Uint8Array, known: RepeatedDelta): void {
    let at = 0;
    while (at < bytes.byteLength) {
      if (atEvent) at = known.read(bytes, at, parts);
      if (over || at === bytes.byteLength) return;
      const rest = bytes.subarray(at, eventEnd(bytes, at) || bytes.byteLength);
      const before = parts.length;
      const isWhole = atEvent;
      source.push(rest);
      atEvent = endsEvent(rest);
      known.learn(rest, isWhole && atEvent ? parts.slice(before) : []);
      at += rest.byteLength;
    }
  }

  function read(data: string, name?: string): void {
    if (over) return;
    if (data === '[DONE]') {
      finish('done');
      return;
    }
    const body = parseObject(data);
    if (body !== undefined) {
      interpreter.event(body, parts, name);
      over = endsStream(parts);
    } else if (!ending && data.trim() !== '') {
      fail(notJson(data));
    }
  }

  function finish(how: 'done' | 'cut'): void {
    interpreter.end(parts, how);
    if (!endsStream(parts)) parts.push({ type: 'error', error: truncated() });
    over = true;
  }

  function fail(error: ConclaveError): void {
    parts.push({ type: 'error', error });
    over = true;
  }

  return {
    push(bytes) {
      parts = [];
      if (over) return parts;
      try {
        if (repeated) readEvents(bytes, repeated);
        else source.push(bytes);
      } catch (error) {
        fail(unreadable(error));
      }
      return parts;
    },
    end() {
      parts = [];
      if (over) return parts;
      ending = true;
      try {
        source.end();
        if (!over) finish('cut');
      } catch (error) {
        fail(unreadable(error));
      }
      return parts;
    },
  };
}

function endsStream(parts: readonly StreamPart[]): boolean {
  const last = parts.at(-1)?.type;
  return last === 'finish' || last === 'error';
}

function parseObject(data: string): JsonObject | undefined {
  try {
    const value = parseWithExactCalls(data);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function notJson(data: string): ConclaveError {
  return new ConclaveError(
    'provider_invalid_reply',
    `The provider sent a stream event that is not a JSON object: ${JSON.stringify(data.slice(0, 80))}.`,
  );
}

function unreadable(error: unknown): ConclaveError {
  if (error instanceof ConclaveError) return error;
  return new ConclaveError('provider_invalid_reply', 'The provider sent a stream event of unknown shape.', {
    cause: error,
  });
}

function truncated(): ConclaveError {
  return new ConclaveError(
    'stream_truncated',
    "The provider's stream broke off before its end; the answer so far is incomplete.",
  );
}
