import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cleanup } from './gateway.ts';
import { replyBytes, type RecordedReply } from './recorded-replies.ts';

/** Bytes at either end of a recording that are written one by one; the middle of a longer one goes out at once. */
const slowBytes = 3 * 1024;

export type ReplayServer = {
  /**
   * Every provider's paths lie below it, and once more below `/bytes`, where each byte of a reply is a write of its own.
   */
  readonly url: string;
  /** When connections broke before their reply was complete. */
  readonly aborts: readonly number[];
  /** Replies that are on their way and have no end. */
  readonly waiting: () => number;
};

/** A model of this name sends the head of a stream and then nothing. */
export const silence = 'silence';

/**
 * A provider of every dialect that answers with recordings, byte for byte: the model's name is the recording's id.
 * What is asked otherwise does not matter.
 */
export async function startReplayServer(
  t: Cleanup,
  replies: readonly RecordedReply[],
): Promise<ReplayServer> {
  const known = new Map(replies.map((reply) => [reply.id, reply]));
  const aborts: number[] = [];
  let waiting = 0;
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = modelOf(request.url ?? '', await bodyOf(request));
    response.on('close', () => {
      if (!response.writableFinished) aborts.push(Date.now());
    });
    if (asked === silence) {
      waiting += 1;
      return response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    }
    const reply = known.get(asked);
    if (!reply) return void response.writeHead(404).end(`no recording is called ${asked}`);
    const bytes = replyBytes(reply);
    const slowly = request.url?.startsWith('/bytes/');
    // With its length told, a byte travels alone and not inside a chunk's frame.
    const length = slowly ? { 'content-length': bytes.length } : {};
    response.writeHead(reply.status, { ...reply.headers, ...length, 'content-type': reply.contentType });
    if (slowly) await writeEach(response, bytes);
    else response.write(bytes);
    response.end();
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return { url: `http://127.0.0.1:${port}`, aborts, waiting: () => waiting };
}

/** Without a turn of the loop between them, neighbouring writes would be read as one. */
async function writeEach(response: ServerResponse, bytes: Buffer): Promise<void> {
  response.socket?.setNoDelay(true);
  const tail = bytes.length - slowBytes;
  for (let at = 0; at < bytes.length && !response.destroyed;) {
    const next = at === slowBytes ? Math.max(at + 1, tail) : at + 1;
    response.write(bytes.subarray(at, next));
    at = next;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** Google and Bedrock are told the model in the path, all others in the body. */
function modelOf(url: string, body: string): string {
  const inPath = /\/(?:models|model)\/([^/:?]+)/.exec(decodeURIComponent(url))?.[1];
  if (inPath !== undefined) return inPath;
  return (JSON.parse(body) as { model: string }).model; // the gateway's own words
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  // An IncomingMessage without an encoding yields buffers.
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
