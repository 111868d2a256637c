import type { ReplyWriter } from '../../core/wire/dialect.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { Usage } from '../../core/money/usage.ts';
import type { BlockPart, FinishPart, StreamPart } from '../../core/wire/stream-part.ts';
import { callsInTurn } from './calls-in-turn.ts';

type KeptPart = Extract<StreamPart, { type: 'kept' }>;

/** Writes what differs between dialects: how a reply's content and its end look. */
export type PartWriter = {
  /** Called once, before the first part. */
  begin?(first: StreamPart): void;
  content(part: BlockPart): void;
  kept?(part: KeptPart): void;
  finish(part: FinishPart): void;
  error(error: ConclaveError): void;
};

/** Collects what a `PartWriter` writes. */
export type WrittenStream = {
  /** The usage reported last. */
  usage: Usage | undefined;
  /** Returns everything written since the last call. */
  take(): string | Uint8Array;
};

type Options = {
  /** The dialect has one open block at a time: a tool call is written whole before anything else. Default: false. */
  readonly inTurn?: boolean;
  /** Keeps an idle connection alive. Default: nothing. */
  readonly ping?: string;
};

/**
 * Creates the part of a writer that all dialects share: passes parts on in order, up to the first `finish` or `error`
 * and nothing after it.
 */
export function streamWriter(
  stream: WrittenStream,
  writer: PartWriter,
  { inTurn = false, ping = '' }: Options = {},
): ReplyWriter {
  const { content } = writer;
  let begun = false;
  let over = false;

  function write(part: StreamPart): void {
    switch (part.type) {
      case 'usage':
        stream.usage = part.usage;
        return;
      case 'kept':
        return writer.kept?.(part);
      case 'finish':
        over = true;
        return writer.finish(part);
      case 'error':
        over = true;
        return writer.error(part.error);
      case 'start':
      case 'billed-apart':
      case 'prompt-grown':
      case 'late-proof':
      case 'warning':
        return;
      default:
        content(part);
    }
  }

  const pass = inTurn ? callsInTurn(write) : write;
  return {
    push(parts) {
      for (const part of parts) {
        if (over) break;
        if (!begun) {
          begun = true;
          writer.begin?.(part);
        }
        pass(part);
      }
      return stream.take();
    },
    ping: () => ping,
  };
}

/** A stream of text. */
export class TextStream implements WrittenStream {
  usage: Usage | undefined;
  #text = '';

  constructor(usage?: Usage) {
    this.usage = usage;
  }

  write(text: string): void {
    this.#text += text;
  }

  take(): string {
    const taken = this.#text;
    this.#text = '';
    return taken;
  }
}
