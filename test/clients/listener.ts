import { parentPort, workerData } from 'node:worker_threads';
import { hear, outcomeOf, questionFor, withoutPlace, type Hearing, type Outcome } from './hearing.ts';
import { officialClients } from './index.ts';
import type { Failure, Gateway, OfficialClient } from './official-client.ts';
import { dialectOf, ownReplies, recordedReplies, startReplayingGateway } from './replaying-gateway.ts';
import type { RecordedReply } from '../support/recorded-replies.ts';

// What one official client reads from recordings, in its own thread: see `listening.ts`.

/** The task of a thread of this file, for each of these clients. */
export type ListenerTask = {
  readonly clients: readonly string[];
  readonly ids: Readonly<Record<Listened, string[]>>;
};

/** Recordings to read; those of them to read again in single bytes; and recorded refusals. */
export type Listened = 'answers' | 'torn' | 'failures';

/** The results for one client, in the order of the task. */
export type ListenerReport = {
  readonly answers: readonly Hearing[];
  readonly torn: readonly {
    readonly id: string;
    readonly heard: Outcome;
    readonly wanted: Outcome | undefined;
  }[];
  readonly failures: readonly (Failure & { readonly id: string })[];
};

/** Concurrent requests: a turn of the event loop then carries a byte of each. */
const atOnce = 8;

const known = new Map([...ownReplies, ...recordedReplies].map((reply) => [reply.id, reply]));
// Only `listening.ts` starts this thread, with a task of this type.
const { clients, ids } = workerData as ListenerTask;
const cleanups: (() => Promise<void>)[] = [];
const replaying = await startReplayingGateway({ after: (clean) => cleanups.push(clean) });
for (const client of officialClients.filter(({ name }) => clients.includes(name))) {
  parentPort?.postMessage([client.name, await listen(client)] satisfies [string, ListenerReport]);
}
for (const clean of cleanups.toReversed()) await clean();

async function listen(client: OfficialClient): Promise<ListenerReport> {
  // The middle of a long recording is torn for one client here, for the next one there.
  const tornAt = (officialClients.indexOf(client) + 0.5) / officialClients.length;
  const answers = await each(ids.answers, (reply) => hear(client, reply, placesOf(client, reply)));
  const whole = new Map(answers.map(({ id, heard }) => [id, withoutPlace(heard)]));
  return {
    answers,
    torn: await each(ids.torn, async (reply) => {
      const question = questionFor(reply, replaying.modelOf(reply, tornAt));
      const heard = withoutPlace(await outcomeOf(client, replaying.gateway, question));
      return { id: reply.id, heard, wanted: whole.get(reply.id) };
    }),
    failures: await each(ids.failures, async (reply) => ({
      id: reply.id,
      ...(await failureOf(client, reply)),
    })),
  };
}

async function each<T>(ids: readonly string[], ask: (reply: RecordedReply) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  const left = ids.entries();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [at, id] of left) {
        const reply = known.get(id);
        if (!reply) throw new Error(`no recording is called ${id}`);
        answers[at] = await ask(reply);
      }
    }),
  );
  return answers;
}

function placesOf(client: OfficialClient, reply: RecordedReply) {
  const { gateway, server, modelOf } = replaying;
  const relayed = dialectOf(reply) === client.dialect;
  const provider: Gateway | undefined = relayed ? { url: server.url, key: 'key-of-nobody' } : undefined;
  return { gateway, model: modelOf(reply), provider };
}

async function failureOf(client: OfficialClient, reply: RecordedReply): Promise<Failure> {
  try {
    await client.ask(replaying.gateway, questionFor(reply, replaying.modelOf(reply)));
  } catch (error) {
    return client.failure(error);
  }
  return { status: 200, name: 'no error' };
}
