import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calling, cutOff } from '../providers/answering-provider.ts';
import { answered, cascadeGateway, outcomesOf, question, says } from '../support/cascade-gateway.ts';

test('a refusal, a broken schema or a cut answer is never accepted, however cheap it was', async (t) => {
  const broken = await cascadeGateway(
    t,
    says({ 'small-a': '{"n": "42"}', 'small-b': '{"n": "42"}', big: '{"n": 42}' }),
  );
  const json = await answered(broken.gateway, question({ response_format }));
  assert.equal(json.row?.model, 'lab/big');
  assert.match(json.row?.verdicts?.[0]?.because.join() ?? '', /schema: n: /);
  const refusing = await cascadeGateway(
    t,
    says({
      'small-a': 'I cannot help with that.',
      'small-b': 'I can’t assist with this.',
      big: 'Gladly: 42',
    }),
  );
  const helped = await answered(refusing.gateway, question());
  assert.equal(helped.row?.model, 'lab/big');
  assert.match(helped.row?.verdicts?.[0]?.because.join() ?? '', /refusal: it refuses/);
});

test('a reply that the prompt dictates is not a refusal: it is accepted if two families agree, and doubtful alone', async (t) => {
  const [none, off] = [
    'I cannot answer this question based on the provided context.',
    "I'm sorry, but I can't help with that.",
  ];
  const asking = async (words: string, system: string) => {
    const { gateway } = await cascadeGateway(
      t,
      says({ 'small-a': words, 'small-b': `**${words}**`, big: words }),
    );
    const messages = [
      { role: 'system', content: system },
      { role: 'user', content: 'Context: The warranty covers two years. What is 6 times 7?' },
    ];
    return answered(gateway, question({ messages }), { 'x-conclave-task': 'math' });
  };
  for (const words of [none, off]) {
    const { models, row } = await asking(words, `If the context does not hold it, reply exactly: "${words}"`);
    assert.deepEqual(models, ['lab/small-a', 'lab/small-b']);
    assert.deepEqual([row?.verdicts?.at(-1)?.accepted, row?.warnings], [true, []]);
  }
  const { row } = await asking(none, 'If the context does not hold it, say so.');
  assert.equal(row?.model, 'lab/big');
  assert.match(row?.verdicts?.[0]?.because.join() ?? '', /hedging: it finds no answer in what it was given/);
  assert.doesNotMatch(row?.warnings.join() ?? '', /is unusable/);
});

test('a last answer that refuses or is empty is not accepted: a valid one is returned instead, and none is counted wrong', async (t) => {
  const refusal = "I'm sorry, but I can't help with that.";
  const lasts = {
    'it refuses': refusal,
    'it says nothing': ' ',
  };
  for (const [flaw, big] of Object.entries(lasts)) {
    const { gateway } = await cascadeGateway(t, says({ 'small-a': '#### 41', 'small-b': '#### 43', big }));
    const { reply, text, row, children } = await answered(gateway, question({ max_tokens: 20 }));
    assert.deepEqual([reply.status, row?.verdicts?.at(-1)?.accepted], [200, false], flaw);
    assert.match(text, /#### 4[13]/);
    const warnings = reply.headers.get('x-conclave-warnings') ?? '';
    assert.match(warnings, new RegExp(`the last answer, of lab/big, is unusable: ${flaw}`));
    assert.deepEqual(await outcomesOf(gateway, children, 0), [[], [], []]);

    const streamed = await answered(gateway, question({ stream: true, max_tokens: 20 }));
    assert.equal(streamed.row?.verdicts?.at(-1)?.accepted, false, flaw);
    assert.match(streamed.row?.warnings.join() ?? '', new RegExp(`lab/big.* is unusable: ${flaw}`));
    assert.deepEqual(await outcomesOf(gateway, streamed.children, 0), [[], [], []]);
  }
});

test('a last text cut by the caller’s limit is returned as it is, whole and streamed, and is no evidence', async (t) => {
  const { gateway } = await cascadeGateway(
    t,
    says({
      'small-a': "I'm not sure, I don't know.",
      'small-b': 'Who knows?',
      big: 'It is forty '.repeat(10),
    }),
  );
  for (const stream of [false, true]) {
    const { text, row, children } = await answered(gateway, question({ stream, max_tokens: 20 }));
    assert.match(text, /"finish_reason":"length"/);
    assert.equal(row?.model, 'lab/big');
    assert.equal(row?.verdicts?.at(-1)?.accepted, false);
    assert.match(row?.warnings.join() ?? '', /lab\/big.* is incomplete: it was cut off/);
    assert.deepEqual(await outcomesOf(gateway, children, 0), [[], [], []]);
  }
});

const oneInteger = {
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
  additionalProperties: false,
};
const response_format = { type: 'json_schema', json_schema: { name: 'n', schema: oneInteger, strict: true } };

test('if the strong model breaks the schema, a cheap answer that kept it is returned, or else a warning', async (t) => {
  const { gateway } = await cascadeGateway(
    t,
    says({ 'small-a': '{"n": 41}', 'small-b': '{"n": 42}', big: '42' }),
    { cascade: { threshold: 0.95 } },
  );
  const { text, row, models, reply } = await answered(gateway, question({ response_format }));
  assert.deepEqual(models, ['lab/small-a', 'lab/small-b', 'lab/big']);
  assert.match(text, /\{\\"n\\": 4[12]\}/);
  assert.match(
    reply.headers.get('x-conclave-warnings') ?? '',
    /lab\/small-[ab] answers although its answer was not good enough, .* of lab\/big, breaks the schema/,
  );
  assert.deepEqual([row?.state, row?.verdicts?.at(-1)?.accepted, row?.attempts.length], ['ok', false, 3]);
  assert.match(row?.model ?? '', /small/);

  const streamed = await answered(gateway, question({ response_format, stream: true }));
  assert.match(streamed.row?.model ?? '', /small/);
  assert.match(streamed.text, /\{\\"n\\": 4[12]\}/);
  assert.doesNotMatch(streamed.text, /"content":"42"/);
  assert.match(streamed.text, /\[DONE\]/);
  assert.match(streamed.reply.headers.get('x-conclave-warnings') ?? '', /of lab\/big, breaks the schema/);
  assert.deepEqual([streamed.row?.state, streamed.row?.attempts.length], ['ok', 3]);

  const hurried = await answered(gateway, question({ response_format, stream: true }), {
    'x-conclave-max-latency-ms': '10000',
  });
  assert.equal(
    hurried.row?.model,
    'lab/big',
    'a stream that is held back too long is passed on as it arrives',
  );
  assert.match(
    hurried.row?.warnings?.join() ?? '',
    /lab\/big answers because no other model is left, but its answer breaks the schema/,
  );

  const nobody = await cascadeGateway(t, says({ 'small-a': '41', 'small-b': '42', big: '42' }));
  const broken = await answered(nobody.gateway, question({ response_format }));
  assert.equal(broken.row?.model, 'lab/big');
  assert.match(broken.reply.headers.get('x-conclave-warnings') ?? '', /lab\/big .* breaks the schema/);
});

const tools = [{ type: 'function', function: { name: 'count', parameters: oneInteger } }];

for (const stream of [false, true]) {
  test(`if the strong model makes an invalid tool call, a cheap one’s call is returned, ${stream ? 'streamed' : 'whole'}`, async (t) => {
    const { gateway } = await cascadeGateway(
      t,
      says({
        'small-a': calling('count', { n: 41 }),
        'small-b': calling('count', { n: 42 }),
        big: calling('count', { n: 'many' }),
      }),
      { cascade: { threshold: 0.95 } },
    );
    const { text, row, reply } = await answered(gateway, question({ tools, stream }));
    assert.match(text, /\{\\"n\\":4[12]\}/);
    assert.doesNotMatch(text, /many/);
    assert.match(reply.headers.get('x-conclave-warnings') ?? '', /of lab\/big, breaks the schema/);
    assert.match(row?.model ?? '', /small/);
  });
}

test('text is streamed as it arrives if tools were offered', async (t) => {
  const cheap = { 'small-a': calling('count', { n: 41 }), 'small-b': calling('count', { n: 42 }) };
  const { gateway } = await cascadeGateway(t, says({ ...cheap, big: 'It is 42, as everybody knows' }), {
    cascade: { threshold: 0.95 },
  });
  const { text, row, reply } = await answered(gateway, question({ tools, stream: true }));
  assert.match(text, /"content":"everybody "/);
  assert.match(text, /\[DONE\]/);
  assert.deepEqual([row?.model, row?.state], ['lab/big', 'ok']);
  assert.doesNotMatch(reply.headers.get('x-conclave-warnings') ?? '', /breaks the schema/);

  const cut = await cascadeGateway(t, says({ ...cheap, big: cutOff }), { cascade: { threshold: 0.95 } });
  const broken = await answered(cut.gateway, question({ tools, stream: true }));
  assert.match(broken.text, /"error"/);
  assert.doesNotMatch(broken.text, /count|\[DONE\]/);
});

test('if the strong model breaks off in the middle of JSON, a cheap one’s is returned', async (t) => {
  const { gateway } = await cascadeGateway(
    t,
    says({ 'small-a': '{"n": 41}', 'small-b': '{"n": 42}', big: cutOff }),
    { cascade: { threshold: 0.95 } },
  );
  const { text, reply, row } = await answered(gateway, question({ response_format, stream: true }));
  assert.match(text, /\{\\"n\\": 4[12]\}/);
  assert.match(text, /\[DONE\]/);
  assert.match(reply.headers.get('x-conclave-warnings') ?? '', /because the last step failed/);
  assert.deepEqual(
    row?.verdicts?.map(({ model, accepted }) => [model, accepted]),
    [
      ['lab/small-a', false],
      ['lab/small-b', false],
      ['lab/big', false],
    ],
  );
});
