import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncomingReply, Transport } from '../core/wire/transport.ts';
import { keptReplyHeaders, keptRequest, recordingKey, type Recording } from './recording.ts';

/**
 * Passes everything on to `transport` and keeps each reply that has been read to its end as a file of `folder`.
 * A reply that was cut or cancelled is not kept: replaying it would look like the provider's own doing.
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

/** `number` tells apart the answers to the same request, in the order in which they came. */
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
