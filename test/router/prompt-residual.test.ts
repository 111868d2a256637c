import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openClassifier } from '../../src/composition/engine/open-classifier.ts';
import type { RouterTraining } from '../../src/composition/router/train-router.ts';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { startAnsweringProvider } from '../providers/answering-provider.ts';
import { conclave } from '../support/command-line.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { drawn, intent, settlement } from '../support/ledger-samples.ts';

const price = { input: 1, output: 1 };
const rivers = (n: number) => `Tell me about the source of river ${n}, its delta and the towns on its banks.`;
const operas = (n: number) =>
  `Tell me about the overture of opera ${n}, its arias and the singers on its stage.`;

/**
 * Two models of one tier and price: one answers questions about rivers, the other about operas, and neither the
 * other's.
 */
async function setUp(t: TestContext) {
  const lab = await startAnsweringProvider(t, (model) => `${model} says.`);
  const config = {
    providers: { lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' } },
    models: [
      { id: 'lab/rivers', family: 'a', tier: 'workhorse', price },
      { id: 'lab/operas', family: 'b', tier: 'workhorse', price },
    ],
    // Gives waiting time almost no weight: a busy machine must not decide between two nearly equal models.
    routing: { policy: 'learned', mode: 'best' },
  } satisfies ConfigInput;
  const gateway = await startTestGateway(t, { config });
  await writeFile(join(gateway.home, 'conclave.yaml'), JSON.stringify(config));
  return gateway;
}

/** Rows as calls leave them: half of each kind of prompt went to each model, and users rated the answers. */
async function judgedCalls(gateway: TestGateway, count: number, keyId = 'k1') {
  const { ledger } = await gateway.store();
  const classify = openClassifier({ home: gateway.home, log: gateway.app.log });
  const random = seededRandom(7);
  const write = async (n: number) => {
    const isRiver = n % 2 === 0;
    const model = n % 4 < 2 ? 'lab/rivers' : 'lab/operas';
    const prompt = isRiver ? rivers(n) : operas(n);
    const guess = classify({ prompt, images: false, documents: false, schema: false, tools: false });
    const right = random() < ((model === 'lab/rivers') === isRiver ? 0.95 : 0.3);
    const id = `req_${keyId}_${n.toString().padStart(6, '0')}`;
    const at = Date.now();
    const { difficulty = 0.5, features } = guess ?? {};
    await ledger.open(
      intent({
        id,
        keyId,
        startedAt: at,
        task: 'chat',
        difficulty,
        decision: drawn(model),
        ...(features && { features }),
      }),
      { unknownPrice: false },
    );
    await ledger.settle(settlement(id, { model, provider: 'lab', tier: 'workhorse', finishedAt: at }));
    await ledger.addOutcome({ callId: id, at, kind: 'feedback', score: Number(right), source: keyId });
  };
  for (let from = 0; from < count; from += 500)
    await Promise.all(Array.from({ length: Math.min(500, count - from) }, (_, n) => write(from + n)));
}

/** A key that wants a share of the best model's quality uses the price of a success that the training found. */
async function keepsOnTheAverage(gateway: TestGateway, worths: RouterTraining['worths']) {
  assert.ok(worths && worths.prompts === 3_200);
  const kept = worths.kept.find(({ quality }) => quality === 0.95);
  assert.ok(kept && kept.usd > 0 && kept.costShare > 0.9 && kept.costShare < 1.1, 'both cost the same');
  const routing = { quality: 0.95 };
  const { key } = await gateway.app.keys.issue({ name: 'wants .95', budgets: [], routing });
  for (const [prompt, model] of [
    [rivers(9003), 'lab/rivers'],
    [operas(9003), 'lab/operas'],
  ] as const) {
    const answered = await answers({ ...gateway, key }, prompt);
    assert.equal(answered.model, model);
    const row = await gateway.app.ledger.show(answered.id);
    assert.match(
      row?.decision?.reason ?? '',
      /best buy at \$\S+ a success, at which 95 % of the quality of lab\//,
    );
  }
}

/** The model that a call with this prompt goes to, requested over HTTP, without experiments. */
async function answers(gateway: TestGateway, prompt: string) {
  const body = { model: 'auto', max_tokens: 50, messages: [{ role: 'user', content: prompt }] };
  const reply = await post(gateway, '/v1/chat/completions', body, {
    'x-conclave-task': 'chat',
    'x-conclave-tags': 'critical',
  });
  assert.equal(reply.status, 200, await reply.clone().text());
  const id = reply.headers.get('x-conclave-request-id') ?? '';
  return { id, model: reply.headers.get('x-conclave-model') };
}

async function goesTo(gateway: TestGateway) {
  await gateway.app.router.learned.refresh();
  const [river, opera] = [await answers(gateway, rivers(9001)), await answers(gateway, operas(9001))];
  return [river.model, opera.model];
}

const apart = ['lab/rivers', 'lab/operas'];

test("if models differ by the prompt's content, training sends each prompt to the better model, and versions can be rolled back", async (t) => {
  const gateway = await setUp(t);
  const router = gateway.app.router.learned;
  await judgedCalls(gateway, 3_200);
  const [river, opera] = await goesTo(gateway);
  assert.equal(river, opera, 'the task is the same, and so is the choice by task alone');
  const untrained = await router.versions.take('before');

  const trained = await gateway.app.router.train({});
  assert.deepEqual(trained.words.map(({ model, labels, kept }) => [model, labels, kept]).toSorted(), [
    ['lab/operas', 1600, 'words'],
    ['lab/rivers', 1600, 'words'],
  ]);
  for (const { before, after } of trained.words)
    assert.ok(after < before - 0.05, `${after} beside ${before}`);

  assert.deepEqual(await goesTo(gateway), apart, 'the content of each prompt decides');
  await keepsOnTheAverage(gateway, trained.worths);
  const { id } = await answers(gateway, operas(9002));
  const place = { folder: gateway.home, home: gateway.home };
  const { stdout } = await conclave(['show', id, '--why'], place);
  assert.match(stdout, /lab\/operas.*right with probability 0\.\d+, of which \+0\.\d+ from the prompt text/);

  const changes = await gateway.app.router.compare(untrained, trained.version);
  assert.deepEqual(changes.flatMap(({ model, words }) => (words ? [[model, words]] : [])).toSorted(), [
    ['lab/operas', 'learned'],
    ['lab/rivers', 'learned'],
  ]);
  await router.versions.pin(untrained);
  assert.deepEqual(await goesTo(gateway), [river, opera], 'a pinned version routes as it did');
  await router.versions.pin(undefined);
  assert.deepEqual(await goesTo(gateway), apart);
  await router.versions.rollback(untrained);
  assert.deepEqual(await goesTo(gateway), [river, opera]);
});
