import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cleanup } from '../support/gateway.ts';
import { replyBytes, type RecordedReply } from '../support/recorded-replies.ts';
import { readText, startLocalServer } from '../support/local-server.ts';

/** Number of bytes at each end of a recording, and at one place between, that are written one by one. */
const slowBytes = 256;

export type ReplayServer = {
  /** The base URL of every provider's paths. */
  readonly url: string;
  /** The times at which connections broke before their reply was complete. */
  readonly aborts: readonly number[];
  /** Replies that have begun and not ended. */
  readonly waiting: () => number;
};

/**
 * The model name for a recording sent with each byte in its own write: all of a short recording; of a long one, both
 * ends and an equal number of bytes at this position (0 to 1).
 */
export function tornName(id: string, at: number): string {
  return `${id}@${at.toFixed(2)}`;
}

/** What a provider sends before it goes silent: nothing, the head of a stream, or half of this recording. */
export const silence = {
  atOnce: 'silence',
  afterHead: 'silence@head',
  afterHalf: (id: string) => `silence@${id}`,
} as const;

/**
 * A provider of every dialect that answers with recordings, byte for byte. The model's name is the recording's id; the
 * rest of the request is ignored.
 */
export async function startReplayServer(
  t: Cleanup,
  replies: readonly RecordedReply[],
): Promise<ReplayServer> {
  const known = new Map(replies.map((reply) => [reply.id, reply]));
  const aborts: number[] = [];
  let waiting = 0;
  const url = await startLocalServer(t, (request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [asked = '', how] = modelOf(request.url ?? '', await readText(request)).split('@');
    response.on('close', () => {
      if (!response.writableFinished) aborts.push(Date.now());
    });
    if (asked === silence.atOnce) {
      if (how !== undefined) beginStream(response, known.get(how));
      waiting += 1;
      return;
    }
    const reply = known.get(asked);
    if (!reply) return void response.writeHead(404).end(`no recording is called ${asked}`);
    const bytes = replyBytes(reply);
    // With a content length, a byte is sent on its own and not inside a chunk frame.
    const length = how === undefined ? {} : { 'content-length': bytes.length };
    response.writeHead(reply.status, { ...reply.headers, ...length, 'content-type': reply.contentType });
    if (how === undefined) response.write(bytes);
    else await writeTorn(response, bytes, Number(how));
    response.end();
  }

  return { url, aborts, waiting: () => waiting };
}

function beginStream(response: ServerResponse, reply: RecordedReply | undefined): void {
  response.writeHead(200, { 'content-type': reply?.contentType ?? 'text/event-stream' }).flushHeaders();
  if (!reply) return;
  const bytes = replyBytes(reply);
  response.write(bytes.subarray(0, bytes.length / 2));
}

/** Without a turn of the event loop between them, adjacent writes would be read as one. */
async function writeTorn(response: ServerResponse, bytes: Buffer, at: number): Promise<void> {
  response.socket?.setNoDelay(true);
  let written = 0;
  for (const [from, to] of slowStretches(bytes.length, at)) {
    if (from > written) await write(bytes.subarray(written, from));
    for (let next = Math.max(from, written); next < to; next += 1)
      await write(bytes.subarray(next, next + 1));
    written = Math.max(written, to);
  }

  async function write(piece: Buffer): Promise<void> {
    if (response.destroyed) return;
    response.write(piece);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** The ranges that are written byte by byte, in order; the last ends where the reply does. */
function slowStretches(length: number, at: number): (readonly [from: number, to: number])[] {
  const last = Math.max(0, length - slowBytes);
  const middle = Math.floor(at * last);
  return [
    [0, Math.min(slowBytes, length)],
    [middle, Math.min(middle + slowBytes, length)],
    [last, length],
  ];
}

/** Google and Bedrock take the model from the path, all others from the body. */
function modelOf(url: string, body: string): string {
  const inPath = /\/(?:models|model)\/([^/:?]+)/.exec(decodeURIComponent(url))?.[1];
  if (inPath !== undefined) return inPath;
  return (JSON.parse(body) as { model: string }).model; // written by the gateway
}
