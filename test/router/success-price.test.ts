import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openClassifier } from '../../src/composition/engine/open-classifier.ts';
import type { RouterTraining } from '../../src/composition/router/train-router.ts';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { noUsage } from '../../src/core/money/usage.ts';
import { startAnsweringProvider } from '../providers/answering-provider.ts';
import { conclave } from '../support/command-line.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { drawn, intent, settlement } from '../support/ledger-samples.ts';
import { seededRandom } from '../support/seeded-random.ts';

const easy = (n: number) => `Tell me a rhyme for apple, a synonym of garden and the colour of window ${n}.`;
const hard = (n: number) =>
  `Tell me the integral of tensor, the eigenvalue of kernel and the gradient of ${n}.`;

/** An expensive model that answers everything, and a cheap one that answers only easy prompts. */
async function setUp(t: TestContext) {
  const lab = await startAnsweringProvider(t, () => 'Well.');
  const config = {
    providers: { lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' } },
    models: [
      { id: 'lab/big', family: 'a', tier: 'frontier', price: { input: 10, output: 50 } },
      { id: 'lab/small', family: 'b', tier: 'economy', price: { input: 0.3, output: 1.2 } },
    ],
    routing: { quality: 0.95, exploration: 0 },
  } satisfies ConfigInput;
  const gateway = await startTestGateway(t, { config });
  await writeFile(join(gateway.home, 'conclave.yaml'), JSON.stringify(config));
  return gateway;
}

type Judged = {
  readonly model: string;
  readonly task: 'chat' | 'creative';
  readonly prompt: string;
  readonly right: boolean;
  readonly isControl?: boolean;
  readonly keyId?: string;
};

/** Short answers, an eighth of the length assumed before any was seen, and users' ratings of them. */
async function judged(
  { app, home, store }: TestGateway,
  count: number,
  draw: (n: number, random: () => number) => Judged,
) {
  const { ledger } = await store();
  const classify = openClassifier({ home, log: app.log });
  const random = seededRandom(3);
  const write = async (n: number) => {
    const { model, task, prompt, right, isControl = false, keyId = 'k1' } = draw(n, random);
    const guess = classify({ prompt, images: false, documents: false, schema: false, tools: false });
    const { difficulty = 0.5, features } = guess ?? {};
    const id = `req_${String(n).padStart(6, '0')}`;
    const at = Date.now();
    const work = { task, difficulty, ...(features && { features }) } as const;
    await ledger.open(intent({ id, keyId, startedAt: at, ...work, decision: drawn(model) }), {
      unknownPrice: false,
    });
    const usage = { ...noUsage, input: 20, output: 50 };
    const tier = model === 'lab/big' ? 'frontier' : 'economy';
    await ledger.settle(settlement(id, { model, tier, provider: 'lab', finishedAt: at, usage }));
    const said = isControl ? { kind: 'unrated', source: 'conclave' } : { kind: 'feedback', source: keyId };
    await ledger.addOutcome({ callId: id, at, score: Number(right), ...said });
  };
  for (let from = 0; from < count; from += 500)
    await Promise.all(Array.from({ length: 500 }, (_, n) => write(from + n)));
}

function judgedCalls(
  gateway: TestGateway,
  models: readonly string[],
  count: number,
  goodIs: 'praised' | 'a control' = 'praised',
) {
  return judged(gateway, count, (n, random) => {
    const isHard = random() < 0.4;
    const model = models[n % models.length] ?? '';
    const right = random() < (model === 'lab/small' && isHard ? 0.35 : 0.93);
    const prompt = isHard ? hard(n) : easy(n);
    return { model, task: 'chat', prompt, right, isControl: right && goodIs === 'a control' };
  });
}

async function trained(gateway: TestGateway): Promise<RouterTraining> {
  const place = { folder: gateway.home, home: gateway.home };
  const { code, stdout, stderr } = await conclave(['router', 'train', '--json'], place);
  assert.equal(code, 0, stderr);
  await gateway.app.router.learned.refresh();
  return JSON.parse(stdout);
}

async function goesTo(gateway: TestGateway, prompt: string, task: Judged['task'] = 'chat') {
  const body = { model: 'auto', max_tokens: 800, messages: [{ role: 'user', content: prompt }] };
  const headers = { 'x-conclave-task': task, 'x-conclave-dry-run': 'true' };
  const reply = await post(gateway, '/v1/chat/completions', body, headers);
  const { reason, steps } = (await reply.json()) as { reason: string; steps: { model: string }[][] };
  return { reason, model: steps[0]?.[0]?.model };
}

test('the command finds the price of a success for the configured models, and a fresh process keeps the quality at it', async (t) => {
  const gateway = await setUp(t);
  await judgedCalls(gateway, ['lab/big', 'lab/small'], 3_500);
  const { worths, unpriced } = await trained(gateway);
  const kept = worths?.kept.find(({ quality }) => quality === 0.95);
  assert.deepEqual([worths?.bestSingle, unpriced], ['lab/big', []]);
  assert.ok(kept && kept.costShare > 0.35 && kept.costShare < 0.6, `${kept?.costShare}`);
  for (let n = 9_000; n < 9_010; n += 1) {
    const [easyOne, hardOne] = [await goesTo(gateway, easy(n)), await goesTo(gateway, hard(n))];
    assert.match(hardOne.reason, /best buy at \$\S+ a success/);
    assert.deepEqual([easyOne.model, hardOne.model], ['lab/small', 'lab/big']);
  }
});

test('the quality is kept with all that one training wrote: work that the small model fails at goes to the large one', async (t) => {
  const gateway = await setUp(t);
  await judged(gateway, 3_000, (n, random) => {
    const model = n % 2 === 0 ? 'lab/big' : 'lab/small';
    const task = random() < 0.5 ? 'chat' : 'creative';
    const right = random() < (model === 'lab/small' && task === 'chat' ? 0.5 : 0.95);
    return { model, task, prompt: `Tell me about bees and flower ${n}`, right, keyId: `k${n % 9}` };
  });
  const { worths } = await trained(gateway);
  assert.ok(worths?.kept.some(({ quality }) => quality === 0.95));
  // The guesses are opened at the first call, so they are those of a process that started after the training.
  const bees = 'Tell me about bees in a funny style';
  const [chat, creative] = [await goesTo(gateway, bees, 'chat'), await goesTo(gateway, bees, 'creative')];
  assert.deepEqual([chat.model, creative.model], ['lab/big', 'lab/small'], chat.reason);
  assert.match(chat.reason, /succeeds at 9[3-7] %/);
});

test('users who only complain are no sign that every answer is bad: the answers that stand for the others count', async (t) => {
  const gateway = await setUp(t);
  await judgedCalls(gateway, ['lab/big', 'lab/small'], 3_500, 'a control');
  const { worths } = await trained(gateway);
  const kept = worths?.kept.find(({ quality }) => quality === 0.95);
  assert.equal(worths?.bestSingle, 'lab/big');
  assert.ok(kept && kept.costShare > 0.3 && kept.costShare < 0.7, `${kept?.costShare}`);
});

test('the command names models of unknown price and finds the price of a success without them', async (t) => {
  const gateway = await setUp(t);
  await judgedCalls(gateway, ['lab/big', 'gone/model'], 1_000);
  const { worths, unpriced } = await trained(gateway);
  assert.deepEqual([worths, unpriced], [undefined, ['gone/model']]);
  const place = { folder: gateway.home, home: gateway.home };
  const { stdout } = await conclave(['router', 'train'], place);
  assert.match(stdout, /price of gone\/model is not known/);
  assert.match(stdout, /no price of a success was found: it takes two models .* there is lab\/big/);
});
