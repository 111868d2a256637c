import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncomingReply, Transport } from '../../core/wire/transport.ts';
import { keptReplyHeaders, keptRequest, recordingKey, type Recording } from './recording.ts';

/**
 * Wraps `transport` and stores each completely read reply as a file in `folder`. Truncated or cancelled replies are not
 * stored: in a replay they would look like the provider's fault.
 */
export async function recordTransport(transport: Transport, folder: string): Promise<Transport> {
  await mkdir(folder, { recursive: true });
  const taken = new Set(await readdir(folder));
  const writing = new Set<Promise<void>>();

  function keep(recording: Recording): void {
    const key = recordingKey(recording.request);
    let number = 1;
    while (taken.has(fileName(key, number))) number += 1;
    const name = fileName(key, number);
    taken.add(name);
    const written = writeFile(join(folder, name), `${JSON.stringify(recording, null, 1)}\n`, { mode: 0o600 });
    writing.add(written);
    void written.finally(() => writing.delete(written)).catch(() => undefined);
  }

  return {
    async send(request) {
      const reply = await transport.send(request);
      const body = kept(reply, (pieces) => keep(recordingOf(keptRequest(request), reply, pieces)));
      return { ...reply, body: Object.assign(body, { begun: () => reply.body.begun?.() }) };
    },
    async close() {
      await Promise.all(writing);
      await transport.close();
    },
  };
}

/** Returns the file name; `number` distinguishes replies to the same request, in order of arrival. */
export function fileName(key: string, number: number): string {
  return `${key}.${number}.json`;
}

async function* kept(
  reply: IncomingReply,
  done: (pieces: readonly string[]) => void,
): AsyncGenerator<Uint8Array> {
  const pieces: string[] = [];
  for await (const piece of reply.body) {
    pieces.push(Buffer.from(piece).toString('base64'));
    yield piece;
  }
  done(pieces);
}

function recordingOf(
  request: Recording['request'],
  reply: IncomingReply,
  pieces: readonly string[],
): Recording {
  return {
    version: 1,
    request,
    reply: { status: reply.status, headers: keptReplyHeaders(reply.headers), pieces },
  };
}
