import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createConclave } from '../../src/index.ts';
import { completion } from '../support/chat-replies.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { tempFolder } from '../support/temp-folder.ts';

const diff = '--- a/x.js\n+++ b/x.js\n@@ -1 +1 @@\n-a\n+b\n';

/** Nearly the longest answer that tools allow. It costs $0.298 here. */
const usage = { prompt_tokens: 900, completion_tokens: 11_900, total_tokens: 12_800 };

/** Models of different families; `lab/s` costs four times as much. `answer` receives the number of messages. */
async function expensiveModels(t: TestContext, answer: (messages: number) => string) {
  let calls = 0;
  const url = await startLocalServer(t, async (request, response) => {
    const body: { messages: unknown[] } = JSON.parse(await readText(request));
    calls += 1;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(completion(answer(body.messages.length), { usage })));
  });
  const conclave = await createConclave({
    home: tempFolder(t),
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' } },
      models: ['a', 'b', 's'].map((name) => ({
        id: `lab/${name}`,
        family: name,
        tier: 'workhorse',
        price: { input: 1, output: name === 's' ? 100 : 25 },
        contextWindow: 200_000,
        maxOutputTokens: 64_000,
      })),
    },
  });
  t.after(() => conclave.close());
  return {
    conclave,
    calls: () => calls,
    spent: async () => Number((await conclave.costs({ since: '1h' })).totalNanoUsd) / 1e9,
  };
}

test('an answer that cannot be read is requested again only with what is left of the ceiling', async (t) => {
  const { conclave, spent } = await expensiveModels(t, () => 'I do not know what to say about this.');
  const options = ['x', 'y'];
  const models = ['lab/a', 'lab/b'];
  await assert.rejects(conclave.precommit({ diff, model: 'lab/a', max_cost_usd: 0.35 }), {
    code: 'provider_error',
    message: /did not return a review; its answer was "I do not know.*could not be asked again/,
  });
  assert.ok((await spent()) < 0.35);
  await assert.rejects(conclave.consensus({ prompt: 'Q', mode: 'vote', options, models, max_cost_usd: 0.7 }));
  assert.ok((await spent()) < 0.35 + 0.7);
  await conclave.consensus({ prompt: 'Q', mode: 'answer', models, model: 'lab/s', max_cost_usd: 1.4 });
  assert.ok((await spent()) < 0.35 + 0.7 + 1.4);
});

test('with enough left of the ceiling, the answer is requested again', async (t) => {
  const { conclave, calls } = await expensiveModels(t, (messages) =>
    messages > 2 ? JSON.stringify({ summary: 's', issues: [] }) : 'Let me think.',
  );
  const { complete } = await conclave.precommit({ diff, model: 'lab/a', max_cost_usd: 0.7 });
  assert.deepEqual([complete, calls()], [true, 2]);
});

test('the calls that join and sum up several reviews keep to the ceiling', async (t) => {
  const issue = { file: 'x.js', startLine: 1, severity: 'high', category: 'security', explanation: 'e' };
  let title = 0;
  const { conclave, spent } = await expensiveModels(t, () =>
    JSON.stringify({ summary: 's', issues: [{ ...issue, title: `Fault ${(title += 1)}` }] }),
  );
  const models = ['lab/a', 'lab/b'];
  await conclave.codereview({ diff, models, max_cost_usd: 1.3 });
  assert.ok((await spent()) < 1.3);
});

test('verification takes what the answer left of the ceiling', async (t) => {
  const { conclave, spent, calls } = await expensiveModels(t, () => 'An answer.');
  const { warnings } = await conclave.analyze({
    prompt: 'Why?',
    model: 'lab/a',
    verify: true,
    max_cost_usd: 0.7,
  });
  assert.match(warnings.join(), /could not be verified/);
  assert.equal(calls(), 1);
  assert.ok((await spent()) < 0.7);
});
