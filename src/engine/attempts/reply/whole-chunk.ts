import { asConclaveError, ConclaveError } from '../../../core/errors.ts';
import { closeJson } from '../../../core/json/close-json.ts';
import { parseExactObject } from '../../../core/json/exact-json.ts';
import { errorInList } from '../../../core/wire/error-in-list.ts';
import { maxHeldBytes, replyTooLarge } from '../../../core/wire/reply-too-large.ts';
import type { ReceivedBody, ReplyBody } from '../../../core/wire/transport.ts';
import type { Chunk } from './chunk.ts';
import { cutShort, emptyReplyError, isTerminal, type ReplyTerms } from './reply-chunks.ts';

const byteOrderMark = '\ufeff';

/**
 * Reads a whole JSON reply as one piece; of one that was cut off, what has arrived, with an `error`.
 * @throws ConclaveError `provider_invalid_reply` for an empty or unreadable one.
 */
export async function wholeChunk(body: ReplyBody, { dialect, quirks, answers }: ReplyTerms): Promise<Chunk> {
  const { bytes, cut } = await (body.readWhole?.(maxHeldBytes) ?? readPieces(body, maxHeldBytes));
  const decoded = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const text = decoded.startsWith(byteOrderMark) ? decoded.slice(1) : decoded;
  const reply = cut ? undefined : (parseExactObject(text) ?? errorInList(text));
  if (reply) return { bytes, parts: dialect.readReply(reply, quirks, answers) };
  const begun = parseExactObject(closeJson(text) ?? text);
  if (!cut && !begun) throw unreadable(text);
  const arrived = begun ? dialect.readReply(begun, quirks, answers).filter((part) => !isTerminal(part)) : [];
  // A body without a length seems to end regularly where it was cut off.
  const error = cut ? cutShort(cut) : endedEarly(bytes.byteLength);
  return { bytes, parts: [...arrived, { type: 'error', error }] };
}

async function readPieces(body: ReplyBody, most: number): Promise<ReceivedBody> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of body) {
      size += piece.byteLength;
      if (size > most) return { bytes: new Uint8Array(0), cut: replyTooLarge('reply') };
      pieces.push(piece);
    }
  } catch (thrown) {
    return { bytes: Buffer.concat(pieces), cut: asConclaveError(thrown) };
  }
  return { bytes: Buffer.concat(pieces, size) };
}

function unreadable(text: string): ConclaveError {
  if (text === '') return emptyReplyError();
  return new ConclaveError('provider_invalid_reply', 'The provider sent a reply that is not a JSON object.');
}

function endedEarly(bytes: number): ConclaveError {
  return new ConclaveError(
    'stream_truncated',
    `The provider's reply ended after ${bytes} bytes, in the middle of its JSON.`,
  );
}
