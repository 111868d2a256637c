import type { ReplyReader } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import { parseExactObject } from '../../core/json/exact-json.ts';
import { errorInList } from '../../core/wire/error-in-list.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { awsEventReader } from './aws-event-stream.ts';
import { lineReader } from './line-reader.ts';
import { endsEvent, eventEnd, RepeatedDelta } from './repeated-delta.ts';
import { sseReader } from './sse.ts';

/** Takes the parts of a reply, one by one. */
export type Emit = (part: StreamPart) => void;

/** Interprets the events of one stream for one dialect. It is not called again after a `finish` or `error` of its own. */
export type StreamInterpreter = {
  event(body: JsonObject, name: string | undefined): void;
  /** Called at the end of the bytes or at `[DONE]`. If it emits no `finish` or `error`, the stream counts as cut off. */
  end(how: 'done' | 'cut'): void;
  /**
   * Whether the answer has surely ended, or likely, and only the stream's own end may follow. Absent: both come as one.
   */
  isAnswered?(): boolean | 'likely';
  /** The usage of an event that arrived behind a failure, together with it. Absent: the failure's own event has it. */
  usageOf?(body: JsonObject): StreamPart | undefined;
  /**
   * An event that was a single text delta leaves no state in the interpreter, so that further events that differ only
   * in their text need not be passed to it. For server-sent events only.
   */
  readonly forgetsText?: boolean;
};

export type MakeInterpreter = (emit: Emit) => StreamInterpreter;

const framings = { sse: sseReader, lines: lineReader, 'aws-events': awsEventReader };

/**
 * Creates the part of a reader that all dialects share: turns bytes into JSON events, emits exactly one `finish` or
 * `error` and nothing after it, and never throws.
 */
export function streamReader(
  makeInterpreter: MakeInterpreter,
  framing: keyof typeof framings = 'sse',
): ReplyReader {
  let parts: StreamPart[] = [];
  let over = false;
  let ending = false;

  const interpreter = makeInterpreter(emit);
  const source = framings[framing](read);
  const repeated = interpreter.forgetsText ? new RepeatedDelta() : undefined;
  /** Whether the next byte begins an event. */
  let atEvent = true;

  function emit(part: StreamPart): void {
    if (over) return;
    parts.push(part);
    over = isEnd(part);
  }

  /**
   * Reads events that repeat the last one directly from the bytes, and passes everything else to the parser, event by
   * event.
   */
  function readEvents(bytes: Uint8Array, known: RepeatedDelta): void {
    let at = 0;
    while (at < bytes.byteLength) {
      if (atEvent && !over) at = known.read(bytes, at, parts);
      if (at === bytes.byteLength) return;
      const rest = bytes.subarray(at, eventEnd(bytes, at) || bytes.byteLength);
      const before = parts.length;
      const isWhole = atEvent;
      source.push(rest);
      atEvent = endsEvent(rest);
      known.learn(rest, isWhole && atEvent ? parts.slice(before) : []);
      at += rest.byteLength;
    }
  }

  /** Counts a usage behind a failure without one. */
  function readUsage(data: string): void {
    const failure = parts.at(-1);
    if (failure?.type !== 'error' || failure.counted) return;
    const usage = interpreter.usageOf?.(parseExactObject(data) ?? {});
    if (usage) parts.splice(-1, 1, usage, { ...failure, counted: true });
  }

  function read(data: string, name?: string): void {
    if (over) return readUsage(data);
    if (data === '[DONE]') {
      finish('done');
      return;
    }
    const body = parseExactObject(data) ?? errorInList(data);
    if (body !== undefined) {
      interpreter.event(body, name);
    } else if (!ending && data.trim() !== '') {
      emit({ type: 'error', error: notJson(data) });
    }
  }

  function finish(how: 'done' | 'cut'): void {
    interpreter.end(how);
    if (!over) emit({ type: 'error', error: truncated() });
  }

  return {
    ...(interpreter.isAnswered && { isAnswered: interpreter.isAnswered }),
    push(bytes) {
      parts = [];
      if (over) return parts;
      try {
        if (repeated) readEvents(bytes, repeated);
        else source.push(bytes);
      } catch (error) {
        emit({ type: 'error', error: unreadable(error) });
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
        emit({ type: 'error', error: unreadable(error) });
      }
      return parts;
    },
  };
}

/**
 * Returns the parts of a whole reply, read as a stream of one event. It has ended, whether or not the event says how.
 */
export function readWhole(makeInterpreter: MakeInterpreter, body: JsonObject): StreamPart[] {
  const parts: StreamPart[] = [];
  const interpreter = makeInterpreter((part) => parts.push(part));
  const isOver = () => parts.some(isEnd);
  interpreter.event(body, undefined);
  if (!isOver()) interpreter.end('done');
  if (!isOver()) parts.push({ type: 'finish', reason: 'other' });
  return parts;
}

function isEnd({ type }: StreamPart): boolean {
  return type === 'finish' || type === 'error';
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
