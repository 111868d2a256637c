import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openClassifier } from '../../src/composition/engine/open-classifier.ts';
import { quantise, writeLinearModel } from '../../src/learning/models/linear-model.ts';
import { post, simulatedProviders, startTestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { tempFolder } from '../support/temp-folder.ts';

type Body = { readonly messages: readonly object[]; readonly [field: string]: unknown };

const says = (content: unknown): Body => ({ messages: [{ role: 'user', content }] });

async function gatewayWith(t: Parameters<typeof startTestGateway>[0]) {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({ providers: simulatedProviders(simulator), routing: { policy: 'tiered' } }),
  });
  return async (body: Body, headers: Record<string, string> = {}) => {
    const request = { model: 'auto', max_tokens: 50, ...body };
    const reply = await post(gateway, '/v1/chat/completions', request, headers);
    assert.equal(reply.status, 200, await reply.clone().text());
    const row = await ledgerRow(gateway, reply);
    return row;
  };
}

test('a call without a named task is routed by its classified task, and its row says so', async (t) => {
  const ask = await gatewayWith(t);
  const simple = await ask(says('Sort these lines alphabetically and remove duplicates.'));
  assert.deepEqual([simple.task, simple.tier], ['formatting', 'economy']);
  assert.match(simple.decision?.reason ?? '', /for formatting/);
  assert.ok(simple.difficulty !== undefined && simple.features !== undefined);
  const hard = await ask(says('Audit our login endpoint for injection and privilege escalation.'));
  assert.deepEqual([hard.task, hard.tier], ['security-review', 'frontier']);
});

test('an image makes it a vision task, and a task that the caller names overrides every guess', async (t) => {
  const ask = await gatewayWith(t);
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
  assert.equal((await ask(says([{ type: 'text', text: 'What is this?' }, image]))).task, 'vision');
  const told = await ask(says('Sort these lines alphabetically.'), { 'x-conclave-task': 'architecture' });
  assert.deepEqual([told.task, told.tier], ['architecture', 'frontier']);
});

test("only the user's last message counts, and tool results are not part of it", async (t) => {
  const ask = await gatewayWith(t);
  const row = await ask({
    messages: [
      { role: 'user', content: 'Audit our login endpoint for vulnerabilities.' },
      { role: 'assistant', content: 'There are none.' },
      { role: 'user', content: 'Translate this sentence into Spanish: the door is open' },
    ],
  });
  assert.equal(row.task, 'translation');
});

test('a named model and a latency-critical call are not classified', async (t) => {
  const ask = await gatewayWith(t);
  const format = says('Sort these lines alphabetically and remove duplicates.');
  const quick = await ask(format, { 'x-conclave-tags': 'latency-critical' });
  const named = await ask({ ...format, model: 'gpt-mini' });
  for (const row of [quick, named]) assert.deepEqual([row.task, row.features], [undefined, undefined]);
});

test('custom weights of another version are reported once and ignored in favour of the committed ones', async (t) => {
  const home = tempFolder(t);
  await writeFile(join(home, 'router-weights.json'), '{"task":{"format":"conclave-linear","features":0}}');
  const warnings: string[] = [];
  const classify = openClassifier({
    home,
    log: { warn: ({ error }) => warnings.push(error instanceof Error ? error.message : '') },
  });
  const clues = { images: false, documents: false, schema: false, tools: false };
  for (let at = 0; at < 2; at++)
    assert.equal(classify({ ...clues, prompt: 'Translate this letter into Polish.' })?.task, 'translation');
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /version 0.*conclave router train/);
});

test('custom weights guess tasks only: difficulty is always on the scale that all else is learned on', async (t) => {
  const home = tempFolder(t);
  const log = { warn: (fields: object) => assert.fail(JSON.stringify(fields)) };
  const clues = { images: false, documents: false, schema: false, tools: false };
  const prompt = 'Fix the deadlock in our payment service';
  const before = openClassifier({ home, log })({ ...clues, prompt });
  const path = join(import.meta.dirname, '../../src/learning/weights/task.json');
  const file = JSON.parse(await readFile(path, 'utf8')) as { difficulty: object };
  const { difficulty: _committed, ...tasksOnly } = file;
  const easy = quantise({ difficulty: { weights: new Float64Array(64), bias: 0.1 } });
  const easier = { ...file, difficulty: writeLinearModel(easy, { source: 'test', quality: {} }) };
  for (const own of [tasksOnly, easier]) {
    await writeFile(join(home, 'router-weights.json'), JSON.stringify(own));
    assert.deepEqual(openClassifier({ home, log })({ ...clues, prompt }), before);
  }
});
