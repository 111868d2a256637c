import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completion } from '../support/chat-replies.ts';
import { createKey } from '../support/create-key.ts';
import { startDistantPostgres } from '../support/distant-postgres.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { startLocalServer } from '../support/local-server.ts';
import {
  createPostgresSchema,
  dropPostgresSchema,
  postgresUnavailable,
} from '../support/postgres-cluster.ts';

const answerMs = 25;
/** A heartbeat may fall into any call: the fewest round trips of some equal calls are those of the call. */
const equalCalls = 5;

test(
  'a call waits for the database once before its provider is asked and once at its end, and once more for a rate limit',
  { skip: postgresUnavailable ?? false },
  async (t) => {
    const server = await createPostgresSchema();
    const database = await startDistantPostgres(server, answerMs);
    let atProvider = 0;
    const provider = await startLocalServer(t, (request, response) => {
      atProvider = database.roundTrips();
      request.resume();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(completion()));
    });
    const gateway = await startTestGateway(t, {
      env: { CONCLAVE_DATABASE_URL: database.url },
      config: {
        providers: { lab: { dialect: 'openai-chat', baseUrl: `${provider}/v1`, apiKey: 'k' } },
        models: [{ id: 'lab/m', price: { input: 1, output: 2 } }],
      },
    });
    t.after(async () => {
      await database.close();
      await dropPostgresSchema(server);
    });

    async function roundTripsOf(limits: object): Promise<{ before: number; all: number }> {
      const budgets = [
        { window: 'day', limitUsd: 5 },
        { window: 'month', limitUsd: 50 },
      ];
      const { key } = await createKey(gateway, { name: JSON.stringify(limits), budgets, ...limits });
      const least = { before: Infinity, all: Infinity };
      for (let calls = 0; calls < equalCalls; calls += 1) {
        const from = database.roundTrips();
        const reply = await post({ ...gateway, key }, '/v1/chat/completions', {
          model: 'lab/m',
          messages: [{ role: 'user', content: 'Hello' }],
        });
        assert.equal(reply.status, 200, await reply.text());
        least.before = Math.min(least.before, atProvider - from);
        least.all = Math.min(least.all, database.roundTrips() - from);
      }
      return least;
    }

    assert.deepEqual(await roundTripsOf({}), { before: 1, all: 2 });
    assert.deepEqual(await roundTripsOf({ rpm: 1_000, tpm: 1_000_000 }), { before: 2, all: 3 });
  },
);
