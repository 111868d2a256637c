import { parseExactObject } from '../../../core/json/exact-json.ts';
import { maxHeldBytes } from '../../../core/wire/reply-too-large.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import type { ReplyTerms } from './reply-chunks.ts';

const brace = 0x7b;

/**
 * Keeps a body that is labelled as a stream and begins as JSON: some servers put the label on a whole reply, mostly on
 * an error.
 */
export class MislabelledReply {
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  /** Returns whether the body may be JSON, so far: the first byte of a stream rules it out. */
  keep(bytes: Uint8Array): boolean {
    if (this.#size === 0) {
      const first = bytes.find(isVisible);
      if (first === undefined) return true;
      if (first !== brace) return false;
    }
    this.#pieces.push(bytes);
    this.#size += bytes.byteLength;
    return this.#size <= maxHeldBytes;
  }

  /** Returns what was kept as parts, if it is one JSON object. */
  parts({ dialect, quirks, answers }: ReplyTerms): readonly StreamPart[] | undefined {
    const reply = this.#size > 0 && parseExactObject(new TextDecoder().decode(Buffer.concat(this.#pieces)));
    return reply ? dialect.readReply(reply, quirks, answers) : undefined;
  }
}

/** White space and a byte order mark may precede JSON. */
function isVisible(byte: number): boolean {
  return byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf;
}
