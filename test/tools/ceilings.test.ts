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

/** Three families with a dear model each; the first two have a cheap one as well, and so has a fourth family. */
async function dearAndCheapModels(
  t: TestContext,
  answer: (prompt: string, model: string) => string | undefined,
  {
    fallbacks = {},
    windows = {},
  }: {
    readonly fallbacks?: Readonly<Record<string, string[]>>;
    /** Context windows by the model's name. Default: 200,000 tokens. */
    readonly windows?: Readonly<Record<string, number>>;
  } = {},
) {
  const asked: string[] = [];
  const url = await startLocalServer(t, async (request, response) => {
    const text = await readText(request);
    const { model }: { model: string } = JSON.parse(text);
    asked.push(model);
    const said = answer(text, model);
    response.statusCode = said === undefined ? 400 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(said === undefined ? { error: { message: 'No.' } } : completion(said)));
  });
  const model = (name: string, family: string, tier: 'workhorse' | 'economy', output: number) => ({
    id: `lab/${name}`,
    family,
    tier,
    price: { input: 0.1, output },
    contextWindow: windows[name] ?? 200_000,
    maxOutputTokens: 64_000,
  });
  const conclave = await createConclave({
    home: tempFolder(t),
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' } },
      routing: { fallbacks },
      models: [
        model('a', 'a', 'workhorse', 25),
        model('a-mini', 'a', 'economy', 1),
        model('b', 'b', 'workhorse', 25),
        model('b-mini', 'b', 'economy', 1),
        model('c', 'c', 'workhorse', 25),
        { id: 'lab/unpriced', family: 'u', tier: 'workhorse', contextWindow: 200_000 },
        model('d-mini', 'd', 'economy', 1),
        model('e-mini', 'e', 'economy', 1),
      ],
    },
  });
  t.after(() => conclave.close());
  return { conclave, asked };
}

const claim = JSON.stringify({
  answer: 'Use tabs.',
  claims: ['Tabs are wider.'],
  option: 'tabs',
  reason: 'r',
});

test('a panel that nobody named is seated with models of different families that the ceiling leaves room for', async (t) => {
  const { conclave, asked } = await dearAndCheapModels(t, () => claim);
  const question = { prompt: 'Use tabs?', max_cost_usd: 0.2 };
  const answered = await conclave.consensus({ ...question, mode: 'answer' });
  const seated = ['lab/a-mini', 'lab/b-mini', 'lab/d-mini'];
  assert.deepEqual(
    answered.answers?.map(({ model }) => model),
    seated,
  );
  assert.deepEqual([answered.complete, answered.failed, answered.model], [true, [], 'lab/e-mini']);
  const voted = await conclave.consensus({ ...question, mode: 'vote', options: ['tabs', 'spaces'] });
  assert.deepEqual(
    voted.answers?.map(({ model }) => model),
    seated,
  );
  const ranked = await conclave.consensus({ ...question, mode: 'rank' });
  assert.deepEqual(
    ranked.answers?.map(({ model }) => model),
    seated,
  );
  assert.ok(asked.every((model) => model.endsWith('-mini')));
  const roomy = await conclave.consensus({ ...question, mode: 'answer', max_cost_usd: 2 });
  assert.deepEqual(
    roomy.answers?.map(({ model }) => model),
    ['lab/a', 'lab/b', 'lab/c'],
  );
});

test('a fallback that the ceiling leaves room for does not take the place of a model that it leaves no room for', async (t) => {
  for (const [pattern, fallback] of [
    ['lab/*', 'lab/a-mini'],
    ['lab/a', 'lab/b-mini'],
  ] as const) {
    const fallbacks = { [pattern]: [fallback] };
    const { conclave, asked } = await dearAndCheapModels(t, () => claim, { fallbacks });
    const { answers, model } = await conclave.consensus({
      prompt: 'Use tabs?',
      mode: 'answer',
      max_cost_usd: 0.2,
    });
    assert.deepEqual(
      answers?.map((one) => one.model),
      ['lab/a-mini', 'lab/b-mini', 'lab/d-mini'],
    );
    assert.equal(model, 'lab/e-mini');
    assert.deepEqual(new Set(asked), new Set(['a-mini', 'b-mini', 'd-mini', 'e-mini']));
  }
});

test('under a ceiling, the model that sums up has a window for the answers', async (t) => {
  const long = JSON.stringify({ answer: 'Tabs are wide. '.repeat(2_000), claims: ['Tabs are wider.'] });
  const { conclave, asked } = await dearAndCheapModels(t, () => long, { windows: { 'd-mini': 16_000 } });
  const models = ['lab/a', 'lab/b', 'lab/c'];
  const question = { prompt: 'Use tabs?', mode: 'answer' as const, models };
  const { model } = await conclave.consensus({ ...question, max_cost_usd: 2 });
  assert.equal(model, 'lab/e-mini');
  assert.ok(!asked.includes('d-mini'));
});

test('a panel says in every mode that the model that sums up is on it', async (t) => {
  const reply = JSON.stringify({ ...JSON.parse(claim), summary: 's', issues: [] });
  const { conclave } = await dearAndCheapModels(t, () => reply);
  const models = ['lab/a-mini', 'lab/b-mini', 'lab/d-mini', 'lab/e-mini'];
  const panel = { prompt: 'Use tabs?', models, max_cost_usd: 0.2 };
  for (const asked of [
    { ...panel, mode: 'answer' as const },
    { ...panel, mode: 'findings' as const, diff },
  ]) {
    const { warnings } = await conclave.consensus(asked);
    assert.deepEqual(
      warnings.filter((warning) => warning.includes('writes the summary')),
      ['lab/a-mini writes the summary although it is on the panel, because no other model can be asked'],
      asked.mode,
    );
  }
});

test('a panel above the ceiling is refused with the ceiling that the caller gave and what a call has of it', async (t) => {
  const { conclave, asked } = await dearAndCheapModels(t, () => claim);
  const models = ['lab/a', 'lab/b', 'lab/c'];
  await assert.rejects(
    conclave.consensus({ prompt: 'Use tabs?', mode: 'answer', models, model: 'lab/a', max_cost_usd: 0.2 }),
    {
      code: 'no_candidate',
      message:
        /lab\/a may cost .*, more than \$0\.04, its part of the ceiling of \$0\.2 for 5 calls; raise the ceiling/,
    },
  );
  await assert.rejects(conclave.consensus({ prompt: 'Use tabs?', mode: 'answer', max_cost_usd: 0.001 }), {
    code: 'no_candidate',
    message: /its part of the ceiling of \$0\.001 for 5 calls/,
  });
  assert.deepEqual(asked, []);
});

test('a later stage of a review names what the earlier ones left, and the ceiling that the caller gave', async (t) => {
  const issue = {
    file: 'x.js',
    startLine: 1,
    severity: 'high',
    category: 'bug',
    title: 'F',
    explanation: 'e',
  };
  const { conclave } = await dearAndCheapModels(t, () => JSON.stringify({ summary: 's', issues: [issue] }));
  const failure = async (stages: { model: string } | { models: string[]; critical_paths: string[] }) => {
    const { failed } = await conclave.codereview({ diff, pipeline: true, max_cost_usd: 0.2, ...stages });
    return failed.map(({ error }) => error).join();
  };
  assert.match(
    await failure({ model: 'lab/a' }),
    /more than \$0\.19\d+, what earlier calls left of the ceiling of \$0\.2;/,
  );
  assert.match(
    await failure({ models: ['lab/a', 'lab/b'], critical_paths: ['*.js'] }),
    /more than \$0\.04\d+, its part of \$0\.19\d+, what earlier calls left of the ceiling of \$0\.2, for 4 calls;/,
  );
});

test('personas whose models nobody named sit on models that the ceiling leaves room for', async (t) => {
  const { conclave, asked } = await dearAndCheapModels(t, () => JSON.stringify({ summary: 's', issues: [] }));
  const personas = ['security', 'performance', 'tests', 'correctness'] as const;
  const { complete, failed, warnings } = await conclave.codereview({
    diff,
    personas: [...personas],
    max_cost_usd: 0.2,
  });
  assert.deepEqual([complete, failed, warnings], [true, [], []]);
  assert.deepEqual(asked.toSorted(), ['a-mini', 'b-mini', 'd-mini', 'e-mini']);
});

test('a persona that fails leaves its viewpoint unreviewed', async (t) => {
  const { conclave } = await dearAndCheapModels(t, (prompt) =>
    prompt.includes('untrusted input, access') ? undefined : JSON.stringify({ summary: 's', issues: [] }),
  );
  const { complete, failed, warnings } = await conclave.codereview({ diff, personas: ['security', 'tests'] });
  assert.equal(complete, false);
  assert.deepEqual(failed.length, 1);
  assert.match(warnings.join(), /Nothing was reviewed for security: /);
});

test('a persona that fails in a review in stages leaves its viewpoint unreviewed, although the scan saw everything', async (t) => {
  const issue = {
    file: 'x.js',
    startLine: 1,
    severity: 'high',
    category: 'bug',
    title: 'F',
    explanation: 'e',
  };
  const { conclave } = await dearAndCheapModels(t, (prompt) =>
    prompt.includes('untrusted input, access')
      ? undefined
      : JSON.stringify({ summary: 's', issues: [issue] }),
  );
  const asked = { diff, personas: ['security', 'tests'] as const, pipeline: true };
  const { complete, stages, warnings } = await conclave.codereview({
    ...asked,
    personas: [...asked.personas],
  });
  assert.deepEqual(stages?.map(({ name }) => name).slice(0, 2), ['precommit', 'codereview']);
  assert.equal(stages?.[1]?.['skipped'], undefined);
  assert.equal(complete, false);
  assert.match(warnings.join(), /Nothing was reviewed for security: /);
});

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

/** One model of known price, and a stronger one whose price is unknown. */
async function partlyPricedModels(t: TestContext, { isPriced }: { readonly isPriced: boolean }) {
  const asked: string[] = [];
  const url = await startLocalServer(t, async (request, response) => {
    const { model }: { model: string } = JSON.parse(await readText(request));
    asked.push(model);
    response.setHeader('content-type', 'application/json');
    const said = { ...JSON.parse(claim), summary: 's', issues: [] };
    response.end(JSON.stringify(completion(JSON.stringify(said))));
  });
  const size = { contextWindow: 200_000, maxOutputTokens: 64_000 };
  const conclave = await createConclave({
    home: tempFolder(t),
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' } },
      models: [
        { id: 'lab/unpriced', family: 'u', tier: 'frontier', ...size },
        {
          id: 'lab/a',
          family: 'a',
          tier: 'workhorse',
          ...size,
          ...(isPriced && { price: { input: 0.1, output: 1 } }),
        },
      ],
    },
  });
  t.after(() => conclave.close());
  return { conclave, asked };
}

test('under a ceiling, a model of unknown price is asked only if the caller names it', async (t) => {
  const { conclave, asked } = await partlyPricedModels(t, { isPriced: true });
  const question = { prompt: 'Use tabs?', max_cost_usd: 2 };
  const { answers, failed } = await conclave.consensus({ ...question, mode: 'answer' });
  assert.deepEqual([answers?.map(({ model }) => model), failed], [['lab/a'], []]);
  const personas = ['security', 'tests'] as const;
  const { complete } = await conclave.codereview({ diff, personas: [...personas], max_cost_usd: 2 });
  assert.equal(complete, true);
  await conclave.consensus({ diff, max_cost_usd: 2 });
  await conclave.codereview({ diff, pipeline: true, critical_paths: ['*.js'], max_cost_usd: 2 });
  await conclave.thinkdeep(question);
  assert.deepEqual([...new Set(asked)], ['a']);

  const models = ['lab/a', 'lab/unpriced'];
  const named = await conclave.consensus({ ...question, mode: 'answer', models, model: 'lab/a' });
  assert.deepEqual(
    named.answers?.map(({ model }) => model),
    models,
  );
  assert.match(named.warnings.join(), /the price of lab\/unpriced is unknown/);
});

test('if all prices are unknown, a ceiling refuses what names no model', async (t) => {
  const { conclave, asked } = await partlyPricedModels(t, { isPriced: false });
  const refused = { code: 'no_candidate', message: /price/ };
  const question = { prompt: 'Use tabs?', max_cost_usd: 2 };
  await assert.rejects(conclave.consensus({ ...question, mode: 'answer' }), refused);
  await assert.rejects(conclave.thinkdeep(question), refused);
  await assert.rejects(conclave.codereview({ diff, personas: ['security', 'tests'], max_cost_usd: 2 }), {
    message: /its price is unknown/,
  });
  assert.deepEqual(asked, []);
});

test('a panel that a ceiling makes smaller names the families whose prices are unknown', async (t) => {
  const { conclave, asked } = await partlyPricedModels(t, { isPriced: true });
  const limit = { max_cost_usd: 2 };
  const leftOut = /^the cost ceiling leaves only 1 model for the panel: .* family u is unknown$/;
  const notesOf = ({ warnings }: { readonly warnings: readonly string[] }) =>
    warnings.filter((warning) => leftOut.test(warning));
  const found = await conclave.consensus({ diff, ...limit });
  assert.equal(notesOf(found).length, 1, found.warnings.join());
  const piped = { diff, pipeline: true, critical_paths: ['*.js'], ...limit };
  const judged = await conclave.codereview(piped);
  assert.equal(notesOf(judged).length, 1, judged.warnings.join());
  for (const mode of ['answer', 'vote', 'rank'] as const) {
    const answered = await conclave.consensus({
      prompt: 'Use tabs?',
      mode,
      options: ['tabs', 'spaces'],
      ...limit,
    });
    assert.equal(notesOf(answered).length, 1, answered.warnings.join());
  }
  assert.deepEqual([...new Set(asked)], ['a']);

  const named = await conclave.consensus({ diff, models: ['lab/a'], ...limit });
  assert.deepEqual(notesOf(named), [], 'the caller chose the panel');
  const apart = await conclave.codereview({ ...piped, critical_paths: ['*.ts'] });
  assert.deepEqual(notesOf(apart), [], 'the panel was not asked');
});

test('under a ceiling, a review in stages asks a named model of unknown price, and a panel that cannot be seated is a failed stage', async (t) => {
  const { conclave, asked } = await partlyPricedModels(t, { isPriced: false });
  const piped = { diff, pipeline: true, model: 'lab/unpriced', max_cost_usd: 2 };
  const apart = await conclave.codereview(piped);
  assert.deepEqual([apart.complete, apart.failed.map(({ who }) => who)], [true, ['precommit']]);
  assert.match(apart.warnings.join(), /the price of lab\/unpriced is unknown/);

  const critical = await conclave.codereview({ ...piped, critical_paths: ['*.js'] });
  assert.deepEqual(
    [critical.complete, critical.failed.map(({ who }) => who)],
    [false, ['precommit', 'consensus']],
  );
  assert.match(critical.failed.map(({ error }) => error).join(), /No model of known price is configured/);
  assert.deepEqual([...new Set(asked)], ['unpriced']);

  const unknown = conclave.codereview({ ...piped, models: ['lab/nothing-of-this-name', 'none/m'] });
  await assert.rejects(unknown, { code: 'model_not_found' });
});

test('personas that share a model because of a ceiling are not said to lack configured families', async (t) => {
  const { conclave } = await partlyPricedModels(t, { isPriced: true });
  const asked = { diff, personas: ['security' as const, 'tests' as const] };
  const { warnings } = await conclave.codereview({ ...asked, max_cost_usd: 2 });
  const [note, ...others] = warnings.filter((warning) => warning.includes('personas sit on'));
  assert.equal(
    note,
    '2 personas sit on 1 model family: the cost ceiling leaves no more (the price of the family u is unknown), so their mistakes may agree',
  );
  assert.deepEqual(others, []);
  const { warnings: free } = await conclave.codereview(asked);
  assert.doesNotMatch(free.join(), /personas sit on/);
});

test('one note says on how many families personas sit, and why, although both the configuration and a ceiling leave too few', async (t) => {
  const { conclave } = await expensiveModels(t, () => JSON.stringify({ summary: 's', issues: [] }));
  const asked = {
    diff,
    personas: ['security' as const, 'performance' as const, 'tests' as const, 'correctness' as const],
  };
  const notesAt = async (ceiling: object) =>
    (await conclave.codereview({ ...asked, ...ceiling })).warnings.filter((one) => one.includes('sit on'));
  assert.deepEqual(await notesAt({}), [
    '4 personas sit on 3 model families: no more are configured, so their mistakes may agree',
  ]);
  assert.deepEqual(await notesAt({ max_cost_usd: 3 }), [
    '4 personas sit on 2 model families: the cost ceiling leaves room for no more, so their mistakes may agree',
  ]);
});
