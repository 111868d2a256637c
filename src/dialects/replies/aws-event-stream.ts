import { crc32 } from 'node:zlib';
import { ConclaveError } from '../../core/errors.ts';
import { maxHeldBytes, replyTooLarge } from '../../core/wire/reply-too-large.ts';

// A frame of an AWS event stream, big-endian: total length, length of the headers, checksum of these two, headers,
// payload, checksum of everything before. https://docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html

const prelude = 12;
const checksum = 4;
const stringHeader = 7;
/** Bytes of a header's value by its type. Strings and byte arrays begin with their own length. */
const sizes: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };

/**
 * Reads the frames of an AWS event stream from bytes cut at any point, and reports each as its JSON and the name of its
 * event.
 */
export function awsEventReader(onEvent: (data: string, name: string | undefined) => void): {
  /** @throws ConclaveError `provider_invalid_reply` for a damaged frame, or an event that is too large. */
  push(bytes: Uint8Array): void;
  end(): void;
} {
  let held = Buffer.alloc(0);
  let used = 0;

  function hold(bytes: Uint8Array): void {
    if (used + bytes.byteLength > held.byteLength) {
      const wider = Buffer.allocUnsafe(Math.max(1024, (used + bytes.byteLength) * 2));
      held.copy(wider, 0, 0, used);
      held = wider;
    }
    held.set(bytes, used);
    used += bytes.byteLength;
  }

  /** Reports the whole frames at the start of `buffer` and returns the offset of the first incomplete one. */
  function readFrames(buffer: Buffer): number {
    let start = 0;
    while (buffer.byteLength - start >= prelude) {
      const length = buffer.readUInt32BE(start);
      if (length > maxHeldBytes) throw replyTooLarge('stream event');
      if (length < prelude + checksum) throw damaged();
      if (buffer.byteLength - start < length) break;
      const { name, data } = readFrame(buffer.subarray(start, start + length));
      onEvent(data, name);
      start += length;
    }
    return start;
  }

  return {
    push(bytes) {
      // Most network chunks hold whole frames and need not be copied.
      if (used === 0) {
        const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const rest = readFrames(buffer);
        if (rest < buffer.byteLength) hold(buffer.subarray(rest));
        return;
      }
      hold(bytes);
      const rest = readFrames(held.subarray(0, used));
      held.copyWithin(0, rest, used);
      used -= rest;
    },
    end() {
      used = 0;
    },
  };
}

/** Writes one frame; all headers are strings. */
export function awsEvent(headers: Readonly<Record<string, string>>, data: string): Uint8Array {
  const payload = Buffer.from(data);
  const written = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const text = Buffer.from(value);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(text.byteLength);
      return Buffer.concat([
        Buffer.of(name.length),
        Buffer.from(name),
        Buffer.of(stringHeader),
        length,
        text,
      ]);
    }),
  );
  const frame = Buffer.alloc(prelude + written.byteLength + payload.byteLength + checksum);
  frame.writeUInt32BE(frame.byteLength, 0);
  frame.writeUInt32BE(written.byteLength, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  frame.set(written, prelude);
  frame.set(payload, prelude + written.byteLength);
  const end = frame.byteLength - checksum;
  frame.writeUInt32BE(crc32(frame.subarray(0, end)), end);
  return frame;
}

function readFrame(frame: Buffer): { name: string | undefined; data: string } {
  const end = frame.byteLength - checksum;
  const headersEnd = prelude + frame.readUInt32BE(4);
  const sound =
    headersEnd <= end &&
    frame.readUInt32BE(8) === crc32(frame.subarray(0, 8)) &&
    frame.readUInt32BE(end) === crc32(frame.subarray(0, end));
  if (!sound) throw damaged();
  const headers = readHeaders(frame.subarray(prelude, headersEnd));
  if (headers[':message-type'] === 'error') {
    const message = headers[':error-message'] ?? '';
    return { name: headers[':error-code'], data: JSON.stringify({ message }) };
  }
  return {
    name: headers[':exception-type'] ?? headers[':event-type'],
    data: frame.toString('utf8', headersEnd, end),
  };
}

function readHeaders(bytes: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  let at = 0;
  while (at < bytes.byteLength) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    const name = bytes.toString('utf8', at + 1, nameEnd);
    const type = bytes.readUInt8(nameEnd);
    const fixed = sizes[type];
    const start = nameEnd + (fixed === undefined ? 3 : 1);
    const end = start + (fixed ?? bytes.readUInt16BE(nameEnd + 1));
    if (type === stringHeader) headers[name] = bytes.toString('utf8', start, end);
    at = end;
  }
  return headers;
}

function damaged(): ConclaveError {
  return new ConclaveError(
    'provider_invalid_reply',
    'The provider sent a stream event whose checksum is wrong.',
  );
}
