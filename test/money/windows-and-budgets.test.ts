import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { callOf, type Question } from '../../src/engine/ask.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';

type Rules = NonNullable<NonNullable<ConfigInput['routing']>['rules']>;

async function windowOf(t: TestContext, contextWindow: number, rules: Rules = []) {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key' } },
      models: [
        { id: 'lab/small', contextWindow },
        { id: 'lab/wide', contextWindow: 1_000_000 },
      ],
      routing: { fallbacks: { 'lab/small': ['lab/wide'] }, rules },
    },
  });
  const ask = (content: string, model = 'lab/small') =>
    post(gateway, '/v1/chat/completions', {
      model,
      max_tokens: 10,
      messages: [{ role: 'user', content }],
    });
  return { lab, gateway, ask };
}

test('a prompt that only seems too long for the model is counted with the tokenizer, and goes there', async (t) => {
  const { lab, ask } = await windowOf(t, 1_000);
  // 21 bytes a word: more than five tokens by the estimate, three with the tokenizer.
  const reply = await ask('internationalization '.repeat(230));
  assert.equal(reply.status, 200);
  assert.equal(lab.asked[0]?.body['model'], 'small');
  assert.equal(reply.headers.get('x-conclave-warnings'), null);
});

test('a prompt that only seems too long for a rule’s model is counted too, and the models passed over are reported', async (t) => {
  const rules = [{ name: 'home', when: {}, use: 'lab/small' }];
  const { lab, gateway, ask } = await windowOf(t, 1_000, rules);
  assert.equal((await ask('internationalization '.repeat(230), 'auto')).status, 200);
  assert.equal(lab.asked[0]?.body['model'], 'small');
  const reply = await ask('internationalization '.repeat(1_000), 'auto');
  const row = await ledgerRow(gateway, reply);
  assert.equal(row.model, 'lab/wide');
  assert.match(row.decision?.reason ?? '', /^no model of home can serve it; lab\/wide /);
});

test('a prompt without spaces that fits the window goes to the model, whether named or chosen', async (t) => {
  const { lab, ask } = await windowOf(t, 16_000, [{ name: 'home', when: {}, use: 'lab/small' }]);
  const json = JSON.stringify(
    Array.from({ length: 700 }, (_, id) => ({ id: id * 7_919, name: `item_${id}`, paid: id % 3 === 0 })),
  );
  // Each takes about 11,000 tokens; the estimate of three tokens for four bytes would be 20,000 to 80,000.
  const japanese = '何でも薄暗いじめじめした所で泣いていた事だけは記憶している。'.repeat(500);
  const thai = 'ประเทศไทยเป็นประเทศที่ตั้งอยู่ในเอเชียตะวันออกเฉียงใต้และมีกรุงเทพเป็นเมืองหลวง'.repeat(450);
  for (const text of [json, japanese, thai]) {
    for (const model of ['lab/small', 'auto']) {
      const reply = await ask(`Summarise this: ${text}`, model);
      assert.equal(reply.status, 200, await reply.clone().text());
      assert.equal(reply.headers.get('x-conclave-warnings'), null);
    }
  }
  assert.deepEqual([...new Set(lab.asked.map(({ body }) => body['model']))], ['small']);
});

test('an open choice counts a prompt that only seems too long for its first choice', async (t) => {
  const lab = await startKeyedProvider(t);
  const price = { input: 1, output: 1 };
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key' } },
      models: [
        { id: 'lab/small', tier: 'workhorse', contextWindow: 1_000, price },
        { id: 'lab/wide', tier: 'workhorse', contextWindow: 1_000_000, price: { input: 9, output: 9 } },
      ],
    },
  });
  const asked = async (content: string) => {
    const messages = [{ role: 'user', content }];
    const reply = await post(gateway, '/v1/chat/completions', { model: 'auto', messages });
    assert.equal(reply.status, 200, await reply.clone().text());
    const row = await ledgerRow(gateway, reply);
    return { model: reply.headers.get('x-conclave-model'), ruledOut: row.decision?.ruledOut ?? [] };
  };
  // About 1,180 tokens by the estimate, 670 with the tokenizer.
  assert.deepEqual(await asked('internationalization '.repeat(220)), { model: 'lab/small', ruledOut: [] });
  const { model, ruledOut } = await asked('internationalization '.repeat(400));
  assert.equal(model, 'lab/wide');
  assert.deepEqual(
    ruledOut.map(({ model, rule }) => [model, rule]),
    [['lab/small', 'window']],
  );
});

test('an open choice goes to a model with room for the prompt and the requested answer, or to the closest fit', async (t) => {
  const lab = await startKeyedProvider(t);
  const price = { input: 1, output: 1 };
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key' } },
      models: [
        { id: 'lab/small', tier: 'workhorse', contextWindow: 4_000, price },
        {
          id: 'lab/terse',
          tier: 'workhorse',
          contextWindow: 4_000,
          maxOutputTokens: 500,
          price: { input: 2, output: 2 },
        },
        { id: 'lab/wide', tier: 'workhorse', contextWindow: 9_000, price: { input: 9, output: 9 } },
      ],
    },
  });
  const asked = async (model: string, limit: object) => {
    const messages = [{ role: 'user', content: 'word '.repeat(2_000) }];
    const reply = await post(gateway, '/v1/chat/completions', { model, messages, ...limit });
    assert.equal(reply.status, 200, await reply.clone().text());
    const row = await ledgerRow(gateway, reply);
    return { model: reply.headers.get('x-conclave-model'), ruledOut: row.decision?.ruledOut ?? [] };
  };
  assert.equal((await asked('auto', {})).model, 'lab/small', 'our default limit does not count');
  assert.equal((await asked('auto', { max_tokens: 1_500 })).model, 'lab/small');
  const long = await asked('auto', { max_completion_tokens: 3_000 });
  assert.equal(long.model, 'lab/terse', 'its answers are never that long');
  assert.match(
    long.ruledOut[0]?.reason ?? '',
    /^its context window is 4000 tokens, the prompt is about \d+ and the answer may take 3000$/,
  );
  assert.equal((await asked('auto', { max_tokens: 100_000 })).model, 'lab/terse');
  assert.equal(
    (await asked('lab/small', { max_tokens: 3_000 })).model,
    'lab/small',
    'whoever is named decides',
  );
});

test('an open choice goes to a model that can write an answer of the requested length', async (t) => {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key' } },
      models: [
        { id: 'lab/terse', tier: 'economy', maxOutputTokens: 4_000, price: { input: 0.1, output: 0.1 } },
        { id: 'lab/longer', tier: 'economy', maxOutputTokens: 8_000, price: { input: 0.2, output: 0.2 } },
      ],
    },
  });
  const asked = async (model: string, max_tokens: number) => {
    const messages = [{ role: 'user', content: 'Hello' }];
    const reply = await post(gateway, '/v1/chat/completions', { model, messages, max_tokens });
    assert.equal(reply.status, 200, await reply.clone().text());
    return reply.headers;
  };
  assert.equal((await asked('auto:economy', 3_000)).get('x-conclave-model'), 'lab/terse');
  const long = await asked('auto:economy', 7_000);
  assert.equal(long.get('x-conclave-model'), 'lab/longer');
  assert.equal(long.get('x-conclave-warnings'), null);
  const named = await asked('lab/terse', 7_000);
  assert.equal(named.get('x-conclave-model'), 'lab/terse', 'a named model is called');
});

test('a prompt that only seems to fit is counted, and goes to a model with a large enough window', async (t) => {
  const { lab, ask } = await windowOf(t, 1_000);
  // Four bytes, so one token by the estimate; about three with the tokenizer.
  const reply = await ask('🜁🜂🜃🜄'.repeat(200));
  assert.equal(reply.status, 200);
  assert.equal(lab.asked[0]?.body['model'], 'wide');
  assert.match(
    reply.headers.get('x-conclave-warnings') ?? '',
    /lab\/small was not used: its context window is 1000 tokens/,
  );
});

test('a prompt far below every window is not counted', async (t) => {
  const { gateway, ask } = await windowOf(t, 100_000);
  const reply = await ask('internationalization '.repeat(230));
  const row = await ledgerRow(gateway, reply);
  assert.equal(row.state, 'ok');
  assert.equal(reply.headers.get('x-conclave-model'), 'lab/small');
});

test('an open choice goes to a model that the rest of the budget covers; a named model is refused', async (t) => {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key' } },
      models: [
        { id: 'lab/dear', tier: 'workhorse', price: { input: 100, output: 500 } },
        { id: 'lab/cheap', tier: 'economy', price: { input: 0.1, output: 0.2 } },
      ],
    },
  });
  const { key } = await gateway.app.keys.issue({
    name: 'poor',
    budgets: [{ window: 'day', limitUsd: 0.01, unknownPrices: 'refuse' }],
  });
  const poor = { ...gateway, key };
  const ask = (model: string, more: object = {}) =>
    post(poor, '/v1/chat/completions', {
      model,
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hello' }],
      ...more,
    });
  const open = await ask('auto:workhorse');
  assert.equal(open.status, 200, await open.clone().text());
  assert.equal(open.headers.get('x-conclave-model'), 'lab/cheap');
  assert.match(
    open.headers.get('x-conclave-warnings') ?? '',
    /lab\/dear may cost more than the \$0\.01 left/,
  );
  const row = await ledgerRow(gateway, open);
  assert.ok(row.decision?.ruledOut.some(({ model, rule }) => model === 'lab/dear' && rule === 'budget'));
  assert.equal((await ask('lab/dear')).status, 429);
  const listed = await ask('lab/dear', { models: ['lab/cheap'] });
  assert.equal(listed.headers.get('x-conclave-model'), 'lab/cheap');
});

async function dearAndCheap(t: TestContext, limitUsd: number) {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key' } },
      models: [
        { id: 'lab/dear', tier: 'workhorse', price: { input: 100, output: 500 } },
        { id: 'lab/cheap', tier: 'economy', price: { input: 0.1, output: 0.2 } },
      ],
      routing: { fallbacks: { 'lab/cheap': ['lab/dear'] } },
    },
  });
  const { key } = await gateway.app.keys.issue({
    name: 'poor',
    budgets: [{ window: 'day', limitUsd, unknownPrices: 'refuse' }],
  });
  const principal = await gateway.app.keys.ring.authenticate(key);
  assert.ok(principal);
  const question = (model: string): Question => ({
    request: {
      model,
      stream: false,
      maxOutputTokens: 100,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    },
    principal,
    surface: 'mcp',
  });
  const openParent = (models: readonly string[]) =>
    gateway.app.engine.openParent({
      principal,
      surface: 'mcp',
      tags: [],
      traceId: gateway.app.newId('trace'),
      expected: models.map((model) => ({ call: callOf(question(model), gateway.app.newId) })),
    });
  const standing = async () => (await gateway.app.keys.budgets({ id: principal.keyId }))[0];
  return { lab, gateway, question, openParent, standing };
}

test('parallel calls that exceed a budget at their most expensive share what is left, and stay within it', async (t) => {
  const { gateway, question, openParent, standing } = await dearAndCheap(t, 0.1);
  // One expensive call would fit: about five cents for the answer.
  const { id, reservation, close } = await openParent(['auto:workhorse', 'auto:workhorse', 'auto:workhorse']);
  assert.ok(((await standing())?.reserved ?? 0n) > 0n);
  const answers = await Promise.all(
    Array.from({ length: 3 }, () =>
      gateway.app.calls.ask({ ...question('auto:workhorse'), parent: { id, reservation } }),
    ),
  );
  await close('ok');
  for (const { head } of answers) assert.equal(head.model, 'lab/cheap');
  assert.match(answers[0]?.head.warnings.join(' ') ?? '', /lab\/dear may cost more than the \$0\.\d+ that/);
  const after = await standing();
  const spent = answers.reduce((sum, { receipt }) => sum + (receipt.cost ?? 0n), 0n);
  assert.deepEqual([after?.reserved, after?.spent], [0n, spent]);
});

test('a fallback that a budget cannot cover is dropped; a named model is not', async (t) => {
  const { lab, gateway, question, openParent } = await dearAndCheap(t, 0.01);
  const { head } = await gateway.app.calls.ask(question('lab/cheap'));
  assert.deepEqual([head.model, head.warnings.join()], ['lab/cheap', '']);
  await assert.rejects(gateway.app.calls.ask(question('lab/dear')), { code: 'budget_exceeded' });
  await assert.rejects(openParent(['auto', 'lab/dear']), { code: 'budget_exceeded' });
  assert.equal(lab.asked.length, 1);
});
