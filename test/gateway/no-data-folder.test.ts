import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestGateway, post } from '../support/gateway.ts';
import {
  createPostgresSchema,
  dropPostgresSchema,
  postgresUnavailable,
} from '../support/postgres-cluster.ts';

/** No folder can be created there, not even by root. */
const home = '/proc/conclave';

test(
  'a gateway with a database and both keys in its environment needs no data folder, and any other says that it does',
  { skip: postgresUnavailable ?? false },
  async () => {
    const url = await createPostgresSchema();
    const env = { CONCLAVE_HOME: home, CONCLAVE_DATABASE_URL: url };
    try {
      await assert.rejects(openTestGateway({ env }), { code: 'configuration', message: /data folder/ });
      const gateway = await openTestGateway({ env: { ...env, CONCLAVE_API_KEY: 'ck-of-the-environment' } });
      try {
        const reply = await post(gateway, '/v1/chat/completions', {
          model: 'openai/gpt-5-mini',
          messages: [{ role: 'user', content: 'Hello' }],
        });
        assert.equal(reply.status, 200, await reply.text());
        const keys = await fetch(`${gateway.url}/admin/keys`, { headers: { 'x-api-key': gateway.adminKey } });
        assert.equal(keys.status, 200);
      } finally {
        await gateway.close();
      }
    } finally {
      await dropPostgresSchema(url);
    }
  },
);
