import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { errorCodes } from '../src/core/errors.ts';
import { dialects } from '../src/dialects/index.ts';
import { clientsPage, type Row } from './clients/clients-page.ts';
import { hear, questionFor, type Hearing } from './clients/hearing.ts';
import { officialClients } from './clients/index.ts';
import {
  dialectOf,
  ownReplies,
  recordedReplies,
  startReplayingGateway,
  type ReplayingGateway,
} from './clients/replaying-gateway.ts';
import type { OfficialClient } from './clients/official-client.ts';
import type { RecordedReply } from './recorded-replies.ts';
import { silence } from './replay-server.ts';
import { sharedAvailable, sharedTest } from './shared-data.ts';

// Official clients, unmodified but for their base URL, in front of everything that providers were ever recorded to say.

const rows: Row[] = [];

let replaying: ReplayingGateway;
const cleanups: (() => Promise<void>)[] = [];
before(async () => {
  replaying = await startReplayingGateway({ after: (clean) => cleanups.push(clean) });
});
after(async () => {
  for (const clean of cleanups.toReversed()) await clean();
});

for (const client of officialClients) {
  describe(client.name, () => {
    for (const [source, register, replies] of [
      ['our own samples', test, ownReplies],
      ['the recordings of ../shared', sharedTest, recordedReplies],
    ] as const) {
      void register(`hears what ${source} mean`, async () => {
        const answers = replies.filter(({ status, expect }) => status === 200 && expect !== null);
        assert.notEqual(answers.length, 0);
        const hearings: Hearing[] = [];
        for (const reply of answers) hearings.push(await hear(client, reply, placesOf(client, reply)));
        for (const [at, hearing] of hearings.entries()) {
          const reply = answers[at];
          if (reply) rows.push({ client, source, dialect: dialectOf(reply), hearing });
        }
        assert.deepEqual(
          hearings.filter(({ lost }) => lost),
          [],
        );
      });

      void register(`gets an error of the class and status that ${source} of failures ask for`, async () => {
        const failures = replies.filter(({ status, expect }) => status !== 200 && expect?.error);
        if (replies === ownReplies) assert.ok(failures.length >= 30);
        for (const reply of failures) {
          const code = reply.expect?.error ?? 'internal';
          // What is wrong with a request stays as its provider said it, 400 or 422.
          const status = code === 'invalid_request' ? reply.status : errorCodes[code].status;
          const failed = await failureOf(client, reply);
          assert.deepEqual({ id: reply.id, ...failed }, { id: reply.id, ...client.failureOf(status, code) });
        }
      });
    }

    for (const { id } of dialects) {
      test(`an abort reaches a provider of ${id}`, async () => {
        const { gateway, server } = replaying;
        const [waiting, aborts] = [server.waiting(), server.aborts.length];
        const stop = new AbortController();
        const question = { model: `silent-${id}/${silence}`, stream: true, signal: stop.signal };
        const asked = client.ask(gateway, question).then(
          () => 'answered',
          () => 'aborted',
        );
        await until(() => server.waiting() > waiting);
        const abortedAt = Date.now();
        stop.abort();
        assert.equal(await asked, 'aborted');
        await until(() => server.aborts.length > aborts);
        // The requirement is 200 ms; on a busy machine the test guards against five times that.
        assert.ok((server.aborts.at(-1) ?? Infinity) - abortedAt <= 1_000);
      });
    }
  });
}

test('docs/clients.md says what was counted here; CONCLAVE_WRITE_DOCS=1 writes it anew', (t) => {
  if (!sharedAvailable) return t.skip('its counts need ../shared beside the checkout');
  const path = join(import.meta.dirname, '../docs/clients.md');
  const page = clientsPage(officialClients, rows);
  if (process.env['CONCLAVE_WRITE_DOCS'] === '1') writeFileSync(path, page);
  assert.equal(readFileSync(path, 'utf8'), page);
});

function placesOf(client: OfficialClient, reply: RecordedReply) {
  const { gateway, server, modelOf } = replaying;
  const relayed = dialectOf(reply) === client.dialect;
  return {
    gateway,
    model: modelOf(reply),
    provider: relayed ? { url: server.url, key: 'key-of-nobody' } : undefined,
  };
}

async function failureOf(client: OfficialClient, reply: RecordedReply) {
  try {
    await client.ask(replaying.gateway, questionFor(reply, replaying.modelOf(reply)));
  } catch (error) {
    return client.failure(error);
  }
  return { status: 200, name: 'no error' };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited 10 s in vain');
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
