import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signatureOf } from '../../src/simulator/signature.ts';
import { everySimulatedProvider, openTestGateway, post, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway({
    config: (simulator) => ({ providers: everySimulatedProvider(simulator) }),
  });
});
after(() => gateway.close());

type Turn = { role: string; content?: unknown; parts?: unknown };
type Body = { messages?: Turn[]; contents?: Turn[]; input?: Turn[] };

/** The turns that the provider was sent; Ollama is also asked what its models can do. */
function turnsTold(): Turn[] {
  const bodies = gateway.simulator.requests().map(({ body }) => (body ?? {}) as Body); // as Conclave wrote it
  const turns = bodies.map(({ messages, contents, input }) => messages ?? contents ?? input);
  return turns.findLast((found) => found !== undefined) ?? [];
}

const models = [
  'anthropic/claude-sonnet-4-5',
  'google/gemini-2.5-flash',
  'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'openai/gpt-5.4-mini',
  'deepseek/deepseek-chat',
  'ollama/qwen3:8b',
];
const takesNone = new Set(models.slice(0, 3));

const said = (...contents: unknown[]) =>
  contents.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content }));

async function ask(path: string, model: string, messages: object[]) {
  const reply = await post(gateway, path, { model, max_tokens: 50, messages });
  assert.equal(reply.status, 200, `${model}: ${await reply.text()}`);
  return reply.headers.get('x-conclave-warnings') ?? '';
}

test('an empty message of the user is a message: no conversation is lost with it, and no answer continued', async () => {
  for (const [path, empty] of [
    ['/v1/chat/completions', ''],
    ['/v1/chat/completions', []],
    ['/v1/messages', ''],
    ['/v1/messages', []],
  ] as const) {
    for (const model of models) {
      // Relayed, it is the provider's own affair.
      if (path === '/v1/messages' && model.startsWith('anthropic/')) continue;
      const alone = await ask(path, model, said(empty));
      assert.deepEqual(
        turnsTold().map(({ role }) => role),
        ['user'],
        `${path} ${model}`,
      );
      const last = await ask(path, model, said('a', 'b', empty));
      assert.equal(turnsTold().at(-1)?.role, 'user', `${path} ${model}`);
      for (const warnings of [alone, last]) {
        assert.equal(/user message was empty/.test(warnings), takesNone.has(model), `${model}: ${warnings}`);
      }
      if (takesNone.has(model)) assert.match(JSON.stringify(turnsTold().at(-1)), /\(empty message\)/);
      await ask(path, model, said('a', 'b', empty, 'c', 'd'));
      assert.equal(turnsTold().length, 5, `${path} ${model}`);
    }
  }
});

test('an empty message beside one with words is left out', async () => {
  const messages = [...said(''), ...said('a')];
  for (const model of takesNone) {
    const warnings = await ask('/v1/chat/completions', model, messages);
    assert.equal(turnsTold().length, 1);
    assert.doesNotMatch(warnings, /was empty/);
  }
});

test('an answer that broke off during Claude’s thinking is left out: Claude refuses a message that ends in it', async () => {
  const [anthropic, , bedrock] = models;
  const signature = signatureOf('let me');
  const thinking = { type: 'thinking', thinking: 'let me', signature };
  const broken = {
    role: 'assistant',
    content: null,
    reasoning_content: 'let me',
    reasoning_details: [
      { type: 'reasoning.text', text: 'let me', signature, format: 'anthropic-claude-v1', index: 0 },
    ],
  };
  for (const [path, model, answer] of [
    ['/v1/chat/completions', anthropic, broken],
    ['/v1/chat/completions', bedrock, broken],
    ['/v1/messages', anthropic, { role: 'assistant', content: [thinking] }],
    ['/v1/messages', bedrock, { role: 'assistant', content: [thinking, { type: 'text', text: '\n\n' }] }],
  ] as const) {
    const warnings = await ask(path, model ?? '', [...said('hi'), answer, ...said('go on')]);
    assert.match(warnings, /Reasoning at the end of an answer was left out/, path);
    const turns = turnsTold();
    assert.ok(
      turns.every(({ role }) => role === 'user'),
      JSON.stringify(turns),
    );
    assert.match(JSON.stringify(turns), /hi.*go on/);
  }
});

test('a refusal is told to providers without OpenAI’s field for it as the content of its message', async () => {
  const refusal = 'I cannot help with that.';
  for (const refused of [
    { role: 'assistant', content: null, refusal },
    { role: 'assistant', content: [{ type: 'refusal', refusal }] },
  ]) {
    await ask('/v1/chat/completions', 'deepseek/deepseek-chat', [...said('how'), refused, ...said('why')]);
    assert.deepEqual(turnsTold()[1], { role: 'assistant', content: refusal });
    await ask('/v1/chat/completions', 'openai/gpt-5.4-mini', [...said('how'), refused, ...said('why')]);
    assert.match(JSON.stringify(turnsTold()[1]), /"refusal"/);
  }
  const words = { type: 'text', text: 'First,' };
  const partly = [
    { role: 'assistant', content: words.text, refusal },
    { role: 'assistant', content: [words], refusal },
  ];
  for (const refused of partly) {
    await ask('/v1/chat/completions', 'deepseek/deepseek-chat', [...said('how'), refused, ...said('why')]);
    assert.match(JSON.stringify(turnsTold()[1]), /First,.*I cannot help/);
    assert.doesNotMatch(JSON.stringify(turnsTold()[1]), /"refusal"/);
  }
});

test('an answer that broke off during its reasoning is left out, with a warning: many providers refuse it as empty', async () => {
  const thinking = { type: 'thinking', thinking: 'Hm.', signature: '' };
  for (const [path, content] of [
    ['/v1/chat/completions', null],
    ['/v1/chat/completions', ''],
    ['/v1/messages', [thinking]],
  ] as const) {
    const told = path === '/v1/messages' ? {} : { reasoning_content: 'Hm.' };
    const thought = { role: 'assistant', content, ...told };
    const messages = [...said('hi'), thought, ...said('go on')];
    const warnings = await ask(path, 'deepseek/deepseek-chat', messages);
    assert.match(warnings, /Reasoning without an answer was left out/);
    assert.deepEqual(turnsTold(), [...said('hi'), ...said('go on')]);
  }
});
