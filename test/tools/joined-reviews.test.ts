import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Tier } from '../../src/core/task.ts';
import { createConclave } from '../../src/index.ts';
import { completion } from '../support/chat-replies.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { tempFolder } from '../support/temp-folder.ts';

type Body = {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly reasoning_effort?: string;
  readonly max_tokens?: number;
};

const missing = 'Null dereference of user when session is missing';
const inOtherWords = 'user may be null if no session exists';

/** Two models of different families. */
const twoModels = ['m1', 'm2'].map((name) => modelOf(name, { family: name, output: 2 }));

function modelOf(
  name: string,
  {
    family,
    tier = 'workhorse',
    output,
  }: { readonly family: string; readonly tier?: Tier; readonly output?: number },
) {
  return {
    id: `lab/${name}`,
    family,
    tier,
    ...(output !== undefined && { price: { input: 1, output } }),
    contextWindow: 200_000,
    maxOutputTokens: 64_000,
    capabilities: ['reasoning' as const, 'json-schema' as const],
  };
}

/** Models that review; the answer to a question about pairs is that all are one defect. */
async function reviewers(
  t: TestContext,
  titleOf: (body: Body, count: number) => string,
  models: readonly ReturnType<typeof modelOf>[] = twoModels,
) {
  const asked: Body[] = [];
  let reviews = 0;
  const url = await startLocalServer(t, async (request, response) => {
    const body: Body = JSON.parse(await readText(request));
    asked.push(body);
    const answer = isJoining(body)
      ? { same: [1, 2, 3] }
      : { summary: 's', issues: [issueOf(titleOf(body, (reviews += 1)), reviews)] };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(completion(JSON.stringify(answer))));
  });
  const cwd = tempFolder(t);
  mkdirSync(join(cwd, 'src'));
  writeFileSync(join(cwd, 'src/b.ts'), 'export const name = user.name;\n');
  const conclave = await createConclave({
    home: tempFolder(t),
    cwd,
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' } },
      models: [...models],
    },
  });
  t.after(() => conclave.close());
  return { conclave, joinings: () => asked.filter(isJoining) };
}

function isJoining({ messages }: Body): boolean {
  return JSON.stringify(messages.at(-1)).includes('report the same defect?');
}

function issueOf(title: string, review: number) {
  const explanation = `A request without a session reaches this line, and user is null (${review}).`;
  const place = { file: 'src/b.ts', startLine: 1, endLine: 1 };
  return { ...place, severity: 'high', category: 'correctness', title, explanation, confidence: 0.8 };
}

test('the question which reports are one issue has neither the history of the thread nor the wishes for the review', async (t) => {
  const { conclave, joinings } = await reviewers(t, ({ model }) => (model === 'm1' ? missing : inOtherWords));
  const review = { files: ['src/b.ts'], models: ['lab/m1', 'lab/m2'] };
  const { continuation_id } = await conclave.codereview(review);
  await conclave.codereview({ ...review, continuation_id, thinking: 'high', max_latency_ms: 60_000 });
  const [first, second] = joinings();
  assert.ok(first && second);
  assert.deepEqual(
    second.messages.map(({ role }) => role),
    ['system', 'user'],
  );
  assert.equal(second.reasoning_effort, first.reasoning_effort);
  assert.equal(second.max_tokens, first.max_tokens);
});

test('what several personas on one model report is one issue', async (t) => {
  const same = await reviewers(t, () => missing);
  type Review = NonNullable<Parameters<typeof same.conclave.codereview>[0]>;
  const review: Review = { files: ['src/b.ts'], personas: ['security', 'performance'], model: 'lab/m1' };
  const { issues } = await same.conclave.codereview(review);
  assert.deepEqual(
    issues.map(({ title, reportedBy }) => [title, reportedBy]),
    [[missing, ['lab/m1']]],
  );
  const reworded = await reviewers(t, (_, count) => (count === 1 ? missing : inOtherWords));
  const joined = await reworded.conclave.codereview(review);
  assert.deepEqual([joined.issues.length, reworded.joinings().length], [1, 1]);
});

const inManyWords = 'A request without a session crashes here';
const reworded = [inManyWords, inOtherWords, missing, inOtherWords];

/** Every report names the issue in other words than the report before it. */
function rewordedTitle(_: Body, count: number): string {
  return reworded[(count - 1) % reworded.length] ?? '';
}

test('what several stages of a review report in other words is one issue, and its price is among the stages', async (t) => {
  const { conclave, joinings } = await reviewers(t, rewordedTitle);
  const { issues, below_threshold, stages, cost_nano_usd, warnings } = await conclave.codereview({
    files: ['src/b.ts'],
    pipeline: true,
    critical_paths: ['src/**'],
    model: 'lab/m2',
    models: ['lab/m1', 'lab/m2'],
  });
  assert.equal(issues.length, 1);
  assert.deepEqual(issues[0]?.reportedBy, ['lab/m1', 'lab/m2']);
  assert.deepEqual(below_threshold, []);
  assert.ok(joinings().length > 0);
  const spent = stages?.reduce((sum, { cost_nano_usd: cost }) => sum + Number(cost), 0);
  assert.equal(spent, cost_nano_usd);
  assert.deepEqual(
    warnings.filter((warning) => warning.includes('not compared')),
    [],
  );
});

const affordable = [
  modelOf('a', { family: 'a', output: 1 }),
  modelOf('b', { family: 'b', output: 1 }),
  modelOf('a-mini', { family: 'a', tier: 'economy', output: 0.5 }),
];
const dear = modelOf('dear', { family: 'strong', output: 100 });
const unpriced = modelOf('unpriced', { family: 'strong' });

test('what the stages of one reviewer report is compared by an economical model, or by the one that the caller named', async (t) => {
  const { conclave, joinings } = await reviewers(t, rewordedTitle, [dear, ...affordable]);
  const review = { files: ['src/b.ts'], pipeline: true };
  const open = await conclave.codereview(review);
  const named = await conclave.codereview({ ...review, model: 'lab/a' });
  assert.deepEqual([open.issues.length, named.issues.length], [1, 1]);
  assert.deepEqual(
    joinings().map(({ model }) => model),
    ['a-mini', 'a'],
  );
});

test('under a ceiling, what the stages report is compared by a model that the ceiling leaves room for', async (t) => {
  for (const strongest of [dear, unpriced]) {
    const { conclave, joinings } = await reviewers(t, rewordedTitle, [strongest, ...affordable]);
    const { issues, stages, warnings } = await conclave.codereview({
      files: ['src/b.ts'],
      pipeline: true,
      models: ['lab/a', 'lab/b'],
      max_cost_usd: 0.5,
    });
    assert.equal(issues.length, 1);
    assert.deepEqual(stages?.at(-1)?.name, 'joining');
    assert.deepEqual(warnings, []);
    assert.ok(joinings().length > 0);
    assert.ok(joinings().every(({ model }) => `lab/${model}` !== strongest.id));
  }
});
