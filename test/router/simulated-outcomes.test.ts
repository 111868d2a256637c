import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createApp } from '../../src/app.ts';
import { priorParts } from '../../src/core/routing/quality/success-prior.ts';
import { startAnsweringProvider } from '../providers/answering-provider.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';

const task = 'chat';
const price = { input: 1, output: 1 };
const model = { id: 'lab/one', family: 'a', tier: 'workhorse', price } as const;
const prior = priorParts({ ...model, strengths: [], weaknesses: [] }, task);

async function setUp(t: TestContext) {
  const lab = await startAnsweringProvider(t, () => 'Well.');
  const config = {
    providers: { lab: { dialect: 'openai-chat' as const, baseUrl: lab.url, apiKey: 'k' } },
    models: [model],
    routing: { policy: 'learned' as const },
  };
  const simulated = await startTestGateway(t, { config, app: { simulate: true } });
  const real = await createApp({
    env: { CONCLAVE_HOME: simulated.home },
    cwd: simulated.home,
    config,
    simulate: false,
  });
  t.after(() => real.close());
  return { simulated, real };
}

async function rateBad({ url, key }: TestGateway, calls: number): Promise<void> {
  for (let n = 0; n < calls; n += 1) {
    const messages = [{ role: 'user', content: `Tell me about river ${n}.` }];
    const reply = await post(
      { url, key },
      '/v1/chat/completions',
      { model: model.id, messages },
      { 'x-conclave-task': task },
    );
    assert.equal(reply.headers.get('x-conclave-simulated'), 'true', await reply.text());
    const id = reply.headers.get('x-conclave-request-id');
    assert.equal((await post({ url, key }, '/v1/feedback', { request_id: id, score: 'bad' })).status, 200);
  }
}

async function chance({ router: { learned } }: Pick<TestGateway['app'], 'router'>) {
  await learned.refresh();
  return learned.state.learner.estimate({ model: model.id, task, ...prior }).mean;
}

test('what simulated answers were worth teaches nothing of the real models', async (t) => {
  const { simulated, real } = await setUp(t);
  await rateBad(simulated, 12);
  const start = prior.base + prior.lean;
  assert.ok((await chance(simulated.app)) < start - 0.2, 'simulated calls are routed by it');
  assert.ok(Math.abs((await chance(real)) - start) < 1e-9, `${await chance(real)} ${start}`);
  // Both are kept in every snapshot, whichever process takes it.
  await simulated.app.router.learned.versions.take('by the one');
  await real.router.learned.versions.take('by the other');
  assert.ok((await chance(simulated.app)) < start - 0.2);
  assert.ok(Math.abs((await chance(real)) - start) < 1e-9, `${await chance(real)} ${start}`);
});

test('no training counts simulated calls', async (t) => {
  const { simulated, real } = await setUp(t);
  await rateBad(simulated, 3);
  for (const { router } of [simulated.app, real]) assert.equal((await router.train({})).calls, 0);
});
