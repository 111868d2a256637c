import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { tempFolder } from '../test/support/temp-folder.ts';
import { startSimulatedGateway } from './agents/simulated-gateway.ts';
import { reviewPlanted } from './council/review-planted.ts';
import { conclave } from './targets/conclave.ts';

before(() => {
  // The settings of a user whose database and Redis are down: whoever heeds one of them cannot start.
  Object.assign(process.env, {
    CONCLAVE_DATABASE_URL: 'postgres://127.0.0.1:1/production',
    CONCLAVE_REDIS_URL: 'redis://127.0.0.1:1',
    CONCLAVE_CONFIG: '/nonexistent/conclave.yaml',
  });
});

test('a gateway that is measured knows nothing of the user’s settings', async () => {
  const gateway = await conclave('Conclave', 'openai-chat').start?.('http://127.0.0.1:1');
  assert.ok(gateway);
  await gateway.stop();
});

test('the gateway in front of coding agents knows nothing of them', async (t) => {
  const gateway = await startSimulatedGateway(tempFolder(t));
  await gateway.stop();
});

test('the reviews of a panel know nothing of them', async () => {
  const reports = await reviewPlanted({ correlation: 0, seed: 1 });
  assert.ok(reports.some(({ issues }) => issues.length > 0));
});
