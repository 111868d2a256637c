import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ConclaveError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import { clientLeft } from './client-left.ts';

/**
 * Larger pieces are sent in slices, so that a slow reader never holds more than a slice and the socket's own buffer.
 */
const sliceBytes = 64 * 1024;

/** Writes a reply at the pace of its reader. */
export type ResponseWriter = {
  /**
   * Sends a piece. `undefined`: continue at once. A promise: the reader is slow; wait. It rejects with `cancelled` if
   * the reader leaves or takes nothing for `stalledMs`.
   */
  write(piece: Uint8Array | string): Promise<void> | undefined;
  /** Resolves when everything has been passed to the operating system. Rejects like `write`. */
  end(): Promise<void>;
};

/** Limits how much memory a slow reader of `response` can hold, and for how long. */
export function responseWriter(
  response: ServerResponse,
  { stalledMs }: { readonly stalledMs: Ms },
): ResponseWriter {
  let framing = false;

  function write(piece: Uint8Array | string): Promise<void> | undefined {
    if (response.destroyed) return Promise.reject(clientLeft());
    // An empty chunk would end the reply.
    if (piece.length === 0) return undefined;
    if (piece.length > sliceBytes) return writeSlices(typeof piece === 'string' ? Buffer.from(piece) : piece);
    // Node frames a chunk with four writes that it then collects; a single one is a fifth cheaper.
    if (response.chunkedEncoding && response.headersSent) {
      response.chunkedEncoding = false;
      framing = true;
    }
    const { socket, writableLength } = response;
    if (!framing || !socket?.writable || socket.writableLength < writableLength) {
      const sent = framing ? frameOf(piece, writableLength > 0) : piece;
      return response.write(sent) ? undefined : next(response, 'drain');
    }
    // The response has nothing queued, and a whole frame can be written directly to the socket.
    return socket.write(frameOf(piece, writableLength > 0)) ? undefined : next(socket, 'drain');
  }

  async function writeSlices(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += sliceBytes) {
      await write(bytes.subarray(start, start + sliceBytes));
    }
  }

  function next(of: ServerResponse | Socket, event: 'drain' | 'finish'): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        of.off(event, onEvent);
        response.off('close', onClose);
        act();
      };
      const onEvent = () => settle(resolve);
      const onClose = () => settle(() => reject(clientLeft()));
      const timer = setTimeout(() => {
        settle(() => reject(stalled(stalledMs)));
        response.destroy();
      }, stalledMs);
      of.on(event, onEvent);
      response.on('close', onClose);
    });
  }

  async function end(): Promise<void> {
    if (response.destroyed) throw clientLeft();
    if (framing) response.end(lastFrame);
    else response.end();
    if (response.writableLength > 0) await next(response, 'finish');
  }

  return { write, end };
}

const lastFrame = '0\r\n\r\n';
const cr = 0x0d;
const lf = 0x0a;

/**
 * Builds a chunk of `transfer-encoding: chunked` (RFC 9112, 7.1): its size in hex, a line break, the bytes, a line
 * break. If the reader is slow, the chunk gets its own memory: in the buffer pool, each waiting piece would keep a
 * whole block alive.
 */
function frameOf(piece: Uint8Array | string, isBehind: boolean): Uint8Array {
  const size = typeof piece === 'string' ? Buffer.byteLength(piece) : piece.byteLength;
  const head = `${size.toString(16)}\r\n`;
  const frameSize = head.length + size + 2;
  const frame = isBehind ? Buffer.allocUnsafeSlow(frameSize) : Buffer.allocUnsafe(frameSize);
  frame.write(head, 0, 'latin1');
  if (typeof piece === 'string') frame.write(piece, head.length, 'utf8');
  else frame.set(piece, head.length);
  frame[frame.length - 2] = cr;
  frame[frame.length - 1] = lf;
  return frame;
}

function stalled(stalledMs: Ms): ConclaveError {
  return new ConclaveError('cancelled', `The client read nothing for ${stalledMs} ms.`);
}
