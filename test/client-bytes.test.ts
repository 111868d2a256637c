import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { questionFor } from './clients/hearing.ts';
import { officialClients } from './clients/index.ts';
import type { Gateway, Heard, OfficialClient } from './clients/official-client.ts';
import {
  ownReplies,
  recordedReplies,
  startReplayingGateway,
  type ReplayingGateway,
} from './clients/replaying-gateway.ts';
import type { RecordedReply } from './recorded-replies.ts';
import { sharedTest } from './shared-data.ts';

// Frames, lines and characters that a network tears into single bytes, on their way to official clients.

/** Streams on the wire at one time: a turn of the event loop then carries a byte of each. */
const atOnce = 8;

test('every client hears our own samples the same when each byte comes by itself', async (t) => {
  const streams = ownReplies.filter(isAnswer);
  assert.ok(streams.length >= 30);
  await assertSame(
    t,
    streams.map((reply) => ({ reply, clients: officialClients })),
  );
});

// The recordings are long: each goes to one of the clients, and every client gets some of every dialect.
sharedTest('clients hear the recordings the same when each byte comes by itself', async (t) => {
  const streams = recordedReplies.filter(isAnswer);
  await assertSame(
    t,
    streams.flatMap((reply, at) => {
      const client = officialClients[at % officialClients.length];
      return client ? [{ reply, clients: [client] }] : [];
    }),
  );
});

function isAnswer({ streaming, status, expect }: RecordedReply): boolean {
  return streaming && status === 200 && expect !== null;
}

/** A reply and who hears it, one after another: how many calls a model takes at one time is learnt from its refusals. */
type Hearing = { readonly reply: RecordedReply; readonly clients: readonly OfficialClient[] };
type Cleanup = Parameters<typeof startReplayingGateway>[0];

async function assertSame(t: Cleanup, hearings: readonly Hearing[]): Promise<void> {
  const whole = await startReplayingGateway(t);
  const torn = await startReplayingGateway(t, { delivery: 'bytes' });
  const different: object[] = [];
  const compare = async (client: OfficialClient, reply: RecordedReply) => {
    const [wanted, heard] = [await hear(client, reply, whole), await hear(client, reply, torn)];
    if (isDeepStrictEqual(heard, wanted)) return;
    different.push({ client: client.name, id: reply.id, heard, wanted });
  };
  const left = [...hearings];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = left.pop(); next; next = left.pop()) {
        for (const client of next.clients) await compare(client, next.reply);
      }
    }),
  );
  assert.deepEqual(different, []);
}

async function hear(
  client: OfficialClient,
  reply: RecordedReply,
  { gateway, modelOf }: ReplayingGateway,
): Promise<Heard | string> {
  const at: Gateway = gateway;
  try {
    return await client.ask(at, questionFor(reply, modelOf(reply)));
  } catch (error) {
    // A stream that breaks off, or that the client itself refuses; ids of requests differ.
    return String(error).replaceAll(/\b(?:req|resp|msg|chatcmpl)[-_]\w+/g, 'id');
  }
}
