import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askLater, cutOff, silence, startAnsweringProvider } from '../providers/answering-provider.ts';
import { answered, cascadeGateway, price, question, says } from '../support/cascade-gateway.ts';
import { createKey } from '../support/create-key.ts';
import { startTestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';

test('a failed step is skipped, and if the last one fails the best earlier answer is returned with a warning', async (t) => {
  const setUp = await cascadeGateway(
    t,
    says({ 'small-a': 500, 'small-b': 500, 'small-c': 500, big: 'It is 42' }),
  );
  const last = await answered(setUp.gateway, question());
  assert.deepEqual([last.reply.status, last.row?.model], [200, 'lab/big']);
  let asked = 0;
  const outage = await cascadeGateway(t, (model) => {
    asked += 1;
    return asked > 2 ? 500 : `#### ${model === 'small-a' ? 41 : 42}`;
  });
  const second = await answered(outage.gateway, question());
  assert.equal(second.reply.status, 200, second.text);
  assert.match(
    second.row?.warnings.join() ?? '',
    /answers although its answer was not good enough, because the last step failed/,
  );
  assert.match(second.text, /#### 4[12]/);
  const none = await cascadeGateway(t, () => 500);
  const failed = await answered(none.gateway, question());
  assert.equal(failed.reply.status, 502);
  assert.equal(failed.row?.state, 'failed');
});

test('a failed model is not called for a second opinion, nor is one with a waiting time', async (t) => {
  const answers = { 'small-a': 500, 'small-b': '#### 43', 'small-c': askLater, big: '#### 42' };
  const { gateway, lab } = await cascadeGateway(t, says(answers), { retries: 2 });
  const asked = async () => {
    lab.asked.length = 0;
    const { row } = await answered(gateway, question());
    assert.equal(row?.model, 'lab/big');
    return { models: [...new Set(lab.asked.map(({ model }) => model))], calls: lab.asked.length, row };
  };
  const first = await asked();
  assert.deepEqual(first.models, ['small-a', 'small-b', 'small-c', 'big']);
  assert.equal(first.calls, 6, 'only the first was retried');
  const { models } = await asked();
  assert.deepEqual(models, ['small-a', 'small-b', 'big'], 'the cascade does not wait for benched models');
});

test('every step has a verdict, even if its models had failed before their turn', async (t) => {
  const { gateway } = await cascadeGateway(
    t,
    says({ 'small-a': 500, 'small-b': 500, 'small-c': 500, big: '#### 42' }),
  );
  const { row } = await answered(gateway, question());
  const planned = row?.decision?.reason.split(', until ')[0]?.split(', then ');
  assert.equal(row?.verdicts?.length, planned?.length);
  const unasked = row?.verdicts?.filter(({ requestIds }) => requestIds.length === 0);
  assert.deepEqual(
    unasked?.map(({ because }) => because),
    [['not asked: its models have already answered or failed in this call']],
  );
});

test('if all cheap models are benched the strong one is called at once, and the row says why', async (t) => {
  const answers = { 'small-a': askLater, 'small-b': askLater, 'small-c': askLater, big: '#### 42' };
  const { gateway, lab } = await cascadeGateway(t, says(answers), { retries: 2 });
  await answered(gateway, question());
  lab.asked.length = 0;
  const { row } = await answered(gateway, question());
  assert.deepEqual(
    lab.asked.map(({ model }) => model),
    ['big'],
  );
  assert.match(row?.verdicts?.[0]?.because.join() ?? '', /not asked: benched after failures/);
});

test('if the strong model is down, no rejected model is called again, and the best answer is returned with a warning', async (t) => {
  const answers = { 'small-a': '#### 8', 'small-b': '#### 7', 'small-c': 500, big: 500 };
  const { gateway, lab } = await cascadeGateway(t, says(answers));
  for (const stream of [false, true]) {
    lab.asked.length = 0;
    const { reply, row, text } = await answered(gateway, question({ stream }));
    assert.deepEqual(
      lab.asked.map(({ model }) => model),
      ['small-a', 'small-b', 'big', 'small-c'],
    );
    assert.equal(reply.status, 200);
    assert.match(text, /#### [78]/);
    assert.match(row?.warnings.join() ?? '', /answers although its answer was not good enough/);
    assert.deepEqual(
      row?.verdicts?.map(({ accepted }) => accepted),
      [false, false, false],
    );
  }
});

test('if the strong model is down, a refusal is never returned as an answer, nor in place of an error', async (t) => {
  const refusal = "I'm sorry, but I can't help with that.";
  const one = await cascadeGateway(
    t,
    says({ 'small-a': '#### 8', 'small-b': refusal, 'small-c': 500, big: 500 }),
  );
  const { reply, row, text } = await answered(one.gateway, question());
  assert.deepEqual([reply.status, row?.model], [200, 'lab/small-a']);
  assert.match(text, /#### 8/);
  assert.match(reply.headers.get('x-conclave-warnings') ?? '', /not good enough/);
  const both = await cascadeGateway(
    t,
    says({ 'small-a': refusal, 'small-b': refusal, 'small-c': 500, big: 500 }),
  );
  const failed = await answered(both.gateway, question());
  assert.deepEqual([failed.reply.status, failed.row?.state], [502, 'failed']);
});

test('a weaker model that answers the last step instead of the strong one is named in a warning', async (t) => {
  const { gateway } = await cascadeGateway(
    t,
    says({ 'small-a': '#### 8', 'small-b': '#### 7', 'small-c': '#### 6', big: 500 }),
  );
  for (const stream of [false, true]) {
    const { reply, row, text } = await answered(gateway, question({ stream }));
    assert.match(text, stream ? /"content":"6"/ : /#### 6/);
    assert.match(reply.headers.get('x-conclave-warnings') ?? '', /lab\/small-c answers instead of lab\/big/);
    assert.deepEqual([row?.model, row?.verdicts?.at(-1)?.accepted], ['lab/small-c', false]);
  }
});

test('if all remaining models have answered already, none is paid twice and the best answer is returned with a warning', async (t) => {
  const { gateway, lab } = await cascadeGateway(t, says({ 'small-a': '#### 8', 'small-b': '#### 7' }));
  const { key } = await createKey(gateway, {
    name: 'two models',
    models: ['lab/small-a', 'lab/small-b', 'lab/big'],
    budgets: [{ window: 'day', limitUsd: 0.001, unknownPrices: 'refuse' }],
  });
  const { reply, row } = await answered({ ...gateway, key }, question({ max_tokens: 50 }));
  assert.equal(reply.status, 200);
  const asked = lab.asked.map(({ model }) => model);
  assert.deepEqual(asked, ['small-a', 'small-b']);
  assert.match(
    row?.warnings.join() ?? '',
    /lab\/small-a answers although its answer was not good enough, because no other model is left/,
  );
  assert.deepEqual(
    row?.verdicts?.map(({ accepted }) => accepted),
    [false, false],
  );
});

test('a client that disconnects ends the cascade: nothing further is called, nothing stays reserved, and the row keeps the verdicts so far', async (t) => {
  const stop = new AbortController();
  const setUp = await cascadeGateway(t, (model) => {
    if (model === 'small-a') return '#### 1';
    stop.abort();
    return silence;
  });
  await assert.rejects(
    fetch(`${setUp.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${setUp.gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(question()),
      signal: stop.signal,
    }),
  );
  const recent = () => setUp.gateway.app.ledger.recent({ limit: 10 });
  const settled = async () => {
    const rows = await recent();
    return rows.length > 0 && rows.every(({ state }) => state !== 'running');
  };
  await until(settled, 'the end of every call');
  const row = (await recent()).find(({ parentId }) => parentId === undefined);
  assert.equal(row?.state, 'cancelled');
  assert.deepEqual(
    row.verdicts?.map(({ model, accepted }) => [model, accepted]),
    [['lab/small-a', false]],
  );
  const { attempts } = (await setUp.gateway.app.ledger.show(row.id)) ?? {};
  assert.deepEqual(
    attempts?.map(({ model, outcome }) => [model, outcome]),
    [['lab/small-a', 'ok']],
  );
  assert.deepEqual(
    setUp.lab.asked.map(({ model }) => model),
    ['small-a', 'small-b'],
  );
});

test('a last step that breaks off in its stream ends with an error event, and its cost is in the ledger', async (t) => {
  const lab = await startAnsweringProvider(t, (model) => (model === 'big' ? cutOff : '#### 1'));
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' } },
      models: [
        { id: 'lab/small-a', family: 'a', tier: 'economy', price: price(0.1) },
        { id: 'lab/big', family: 'd', tier: 'frontier', price: price(10) },
      ],
      routing: { retries: 0 },
    },
  });
  const { text, row, children } = await answered(gateway, question({ stream: true }));
  assert.match(text, /"error"/);
  assert.doesNotMatch(text, /\[DONE\]/);
  assert.deepEqual([row?.state, children.map(({ state }) => state)], ['truncated', ['ok', 'truncated']]);
  assert.ok((children[1]?.cost ?? 0n) > 0n);
});

test('the reply says how many requests a cascade sent, also those of steps that failed', async (t) => {
  const { gateway, lab } = await cascadeGateway(
    t,
    says({ 'small-a': 500, 'small-b': 500, 'small-c': 500, big: 'It is 42' }),
    { retries: 1 },
  );
  for (const stream of [false, true]) {
    lab.asked.length = 0;
    const { reply } = await answered(gateway, question({ stream }));
    assert.equal(reply.headers.get('x-conclave-attempts'), String(lab.asked.length), `stream: ${stream}`);
    assert.ok(lab.asked.length > 1);
  }
});

test('so it does if the step that answers failed at first, or no step answers', async (t) => {
  for (const failures of [1, Infinity]) {
    let asked = 0;
    const { gateway, lab } = await cascadeGateway(
      t,
      (model) => {
        if (model !== 'big') return 500;
        asked += 1;
        return asked > failures ? 'It is 42' : 500;
      },
      { retries: 2 },
    );
    for (const stream of [false, true]) {
      asked = 0;
      lab.asked.length = 0;
      const { reply } = await answered(gateway, question({ stream }));
      assert.equal(reply.status, failures === 1 ? 200 : 502);
      const counted = reply.headers.get('x-conclave-attempts');
      assert.equal(counted, String(lab.asked.length), `${failures} failures, stream: ${stream}`);
    }
  }
});
