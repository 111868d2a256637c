import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createConclave } from '../../src/index.ts';
import { startAnsweringProvider } from '../providers/answering-provider.ts';
import { tempFolder } from '../support/temp-folder.ts';

const free = { input: 0, output: 0 };

/** A cloud provider with strong models and a local one with small models; all answer the same. */
async function setUp(t: TestContext) {
  const says = () => 'Use a lock.';
  const cloud = await startAnsweringProvider(t, says);
  const house = await startAnsweringProvider(t, says);
  const conclave = await createConclave({
    home: tempFolder(t),
    config: {
      providers: {
        lab: { dialect: 'openai-chat', baseUrl: cloud.url, apiKey: 'k' },
        own: { dialect: 'openai-chat', baseUrl: house.url, apiKey: 'k', local: true },
      },
      models: [
        { id: 'lab/mid', family: 'lab', tier: 'workhorse', price: { input: 1, output: 4 } },
        { id: 'lab/big', family: 'big', tier: 'frontier', price: { input: 5, output: 25 } },
        { id: 'own/small', family: 'small', tier: 'economy', price: free },
        { id: 'own/other', family: 'other', tier: 'economy', price: free },
      ],
      aliases: { quick: 'auto:economy' },
      routing: { retries: 0 },
    },
  });
  t.after(() => conclave.close());
  return { conclave, cloud, house };
}

for (const model of ['auto:local', 'own/small']) {
  test(`a thread that was begun on ${model} stays on local models when another tool continues it`, async (t) => {
    const { conclave, cloud, house } = await setUp(t);
    const { continuation_id } = await conclave.challenge({ prompt: 'My diagnosis?', model });
    assert.ok(continuation_id);
    const thought = await conclave.thinkdeep({ prompt: 'Think deeply.', continuation_id });
    assert.match(thought.model ?? '', /^own\//);
    await conclave.challenge({ prompt: 'And now?', continuation_id, model: 'auto' });
    await conclave.challenge({ prompt: 'And in short?', continuation_id, model: 'quick' });
    await conclave.consensus({ prompt: 'Is that so?', continuation_id });
    assert.deepEqual(cloud.asked, []);
    assert.ok(house.asked.length > 3);
    await assert.rejects(conclave.challenge({ prompt: 'You?', continuation_id, model: 'lab/big' }), {
      code: 'no_candidate',
      message: /was limited to local models, and lab\/big is not local; leave continuation_id out/,
    });
    assert.deepEqual(cloud.asked, []);
  });
}

test('a thread that any model may see is continued by any model', async (t) => {
  const { conclave, cloud } = await setUp(t);
  const { continuation_id } = await conclave.challenge({ prompt: 'Hello', model: 'lab/mid' });
  await conclave.challenge({ prompt: 'And locally?', continuation_id, model: 'lab/big' });
  assert.deepEqual(
    cloud.asked.map(({ model }) => model),
    ['mid', 'big'],
  );
});

test('the verification of an answer that a tool got from a local model stays on local models', async (t) => {
  const { conclave, cloud } = await setUp(t);
  const answered = await conclave.thinkdeep({ prompt: 'My diagnosis?', model: 'auto:local', verify: true });
  assert.match(answered.model ?? '', /^own\//);
  assert.deepEqual(cloud.asked, []);
});

test('a panel of local models is summed up and grouped by a local model', async (t) => {
  const { conclave, cloud, house } = await setUp(t);
  const models = ['own/small', 'own/other'];
  await conclave.consensus({ prompt: 'Is a lock needed?', models, mode: 'answer' });
  await conclave.consensus({ prompt: 'Is a lock needed?', models, mode: 'rank' });
  assert.deepEqual(cloud.asked, []);
  const before = house.asked.length;
  await conclave.consensus({ prompt: 'Is a lock needed?', models, model: 'lab/big', mode: 'answer' });
  assert.ok(house.asked.length > before);
  assert.ok(
    cloud.asked.every(({ model }) => model === 'big'),
    'a cloud model sums up only if the caller names it',
  );
});
