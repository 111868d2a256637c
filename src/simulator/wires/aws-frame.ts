import { crc32 } from 'node:zlib';
import type { JsonObject } from '../../core/json/json.ts';

/**
 * Writes a frame of AWS's binary event stream: total and header length with their CRC, headers, payload, and a CRC of
 * the whole. Only text headers (type 7) are written.
 */
function awsFrame(headers: Readonly<Record<string, string>>, payload: JsonObject): Uint8Array {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => writeHeader(name, value)));
  const body = Buffer.from(JSON.stringify(payload));
  const frame = Buffer.alloc(12 + head.length + body.length + 4);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(head.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  head.copy(frame, 12);
  body.copy(frame, 12 + head.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, frame.length - 4)), frame.length - 4);
  return frame;
}

/** Writes an event of a reply, such as `contentBlockDelta`. */
export function awsEvent(type: string, payload: JsonObject): Uint8Array {
  return awsFrame(
    { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' },
    payload,
  );
}

/** Writes an error in the middle of a reply. */
export function awsException(type: string, message: string): Uint8Array {
  return awsFrame(
    { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' },
    { message },
  );
}

function writeHeader(name: string, value: string): Buffer {
  const nameBytes = Buffer.from(name);
  const valueBytes = Buffer.from(value);
  const lengths = Buffer.alloc(3);
  lengths.writeUInt8(7, 0);
  lengths.writeUInt16BE(valueBytes.length, 1);
  return Buffer.concat([Buffer.from([nameBytes.length]), nameBytes, lengths, valueBytes]);
}
