import { parseExactObject } from '../../../core/json/exact-json.ts';
import { errorInList } from '../../../core/wire/error-in-list.ts';
import { maxHeldBytes } from '../../../core/wire/reply-too-large.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import type { ReplyTerms } from './reply-chunks.ts';

const brace = 0x7b;
const bracket = 0x5b;
const colon = 0x3a;

/**
 * Keeps a body that is labelled as a stream and begins as JSON, maybe behind comments that kept the connection alive:
 * some servers put the label on a whole reply, mostly on an error.
 */
export class MislabelledReply {
  readonly #pieces: Uint8Array[] = [];
  #size = 0;
  #isInComment = false;

  /** Returns whether the body may be JSON, so far: the first byte of a stream rules it out. */
  keep(bytes: Uint8Array): boolean {
    const from = this.#size === 0 ? this.#startIn(bytes) : 0;
    if (from === bytes.byteLength) return true;
    if (this.#size === 0 && bytes[from] !== brace && bytes[from] !== bracket) return false;
    this.#pieces.push(bytes.subarray(from));
    this.#size += bytes.byteLength - from;
    return this.#size <= maxHeldBytes;
  }

  /** Returns where neither white space nor a comment stands. */
  #startIn(bytes: Uint8Array): number {
    const start = bytes.findIndex((byte) => {
      if (isLineEnd(byte)) this.#isInComment = false;
      else if (!this.#isInComment) {
        if (byte !== colon) return isVisible(byte);
        this.#isInComment = true;
      }
      return false;
    });
    return start === -1 ? bytes.byteLength : start;
  }

  /** Returns what was kept as parts, if it is one JSON object or an error in a list. */
  parts({ dialect, quirks, answers }: ReplyTerms): readonly StreamPart[] | undefined {
    if (this.#size === 0) return undefined;
    const text = new TextDecoder().decode(Buffer.concat(this.#pieces));
    const reply = parseExactObject(text) ?? errorInList(text);
    return reply ? dialect.readReply(reply, quirks, answers) : undefined;
  }
}

function isLineEnd(byte: number): boolean {
  return byte === 0x0a || byte === 0x0d;
}

/** White space and a byte order mark may precede JSON. */
function isVisible(byte: number): boolean {
  return byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf;
}
