import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { EchoProvider } from '../../examples/custom-provider.ts';
import {
  type ChatParams,
  type ChatRequest,
  ConclaveError,
  createConclave,
  type ConclaveOptions,
} from '../../src/index.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A provider whose every call throws what `failure` returns; `asked` counts the calls. */
class Throwing extends EchoProvider {
  asked = 0;
  readonly failure: () => unknown;

  constructor(failure: () => unknown) {
    super();
    this.failure = failure;
  }

  override async chat(): Promise<never> {
    this.asked += 1;
    throw this.failure();
  }

  override async *stream(): AsyncGenerator<never> {
    yield await this.chat();
  }
}

const spare = Object.assign(new EchoProvider(), { name: 'spare' });

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** What programs throw, the code that it becomes, and how often it is asked for two calls. */
const failures: readonly (readonly [what: string, failure: () => unknown, code: string])[] = [
  ['an error', () => new Error('my provider broke'), 'provider_error'],
  ['a word', () => 'my provider broke', 'provider_error'],
  ['a failed fetch', () => new TypeError('fetch failed', { cause: refused }), 'provider_unreachable'],
  ['its own timeout', () => new DOMException('too slow', 'TimeoutError'), 'provider_timeout'],
  ['an SDK’s 503', () => Object.assign(new Error('busy'), { status: 503 }), 'provider_overloaded'],
  ['an SDK’s 429', () => Object.assign(new Error('slow down'), { statusCode: 429 }), 'provider_rate_limited'],
  ['an SDK’s 401', () => Object.assign(new Error('who?'), { status: 401 }), 'provider_auth'],
  ['a ConclaveError', () => new ConclaveError('provider_quota', 'No money.'), 'provider_quota'],
];

for (const [what, failure, code] of failures) {
  test(`${what} that a custom provider throws is its failure: other models answer, and without any the error says it`, async (t) => {
    const provider = new Throwing(failure);
    const conclave = await open(t, {
      providers: [provider, spare],
      config: {
        aliases: { quick: 'echo/parrot-1' },
        routing: { fallbacks: { 'echo/*': ['spare/parrot-1'] }, retries: 0 },
      },
    });
    const answer = await conclave.chat({ model: 'quick', prompt: 'Hi' });
    assert.equal(answer.model, 'spare/parrot-1');
    let model: string | undefined;
    for await (const chunk of conclave.stream({ model: 'quick', prompt: 'Hi' })) {
      if (chunk.type === 'outcome') ({ model } = chunk);
    }
    assert.equal(model, 'spare/parrot-1');

    const alone = await open(t, {
      providers: [new Throwing(failure)],
      config: { routing: { retries: 0 } },
    });
    for (const ask of [
      () => alone.chat({ model: 'echo/parrot-1', prompt: 'Hi' }),
      async () => {
        for await (const _ of alone.stream({ model: 'echo/parrot-1', prompt: 'Hi' }));
      },
    ]) {
      const error = await ask().then(
        () => assert.fail('it did not throw'),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof ConclaveError);
      assert.equal(error.code, code, error.message);
      const thrown = failure();
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      assert.ok(error.message.includes(message), error.message);
      if (!(thrown instanceof ConclaveError)) assert.ok(causes(error).some((one) => isSame(one, thrown)));
    }
  });
}

test('what cannot even be read is a custom provider’s failure too', async (t) => {
  const unreadable = Object.defineProperty(new Error('odd'), 'status', {
    get: () => {
      throw new Error('no status');
    },
  });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  for (const thrown of [Object.create(null), unreadable, revoked.proxy, Symbol('odd'), undefined]) {
    const conclave = await open(t, {
      providers: [new Throwing(() => thrown), spare],
      config: { routing: { fallbacks: { 'echo/*': ['spare/parrot-1'] }, retries: 0 } },
    });
    const { model } = await conclave.chat({ model: 'echo/parrot-1', prompt: 'Hi' });
    assert.equal(model, 'spare/parrot-1');
    const alone = await open(t, {
      providers: [new Throwing(() => thrown)],
      config: { routing: { retries: 0 } },
    });
    await assert.rejects(alone.chat({ model: 'echo/parrot-1', prompt: 'Hi' }), {
      code: 'provider_error',
      message: /echo failed/,
    });
  }
});

test('a custom provider that fails again and again is benched like any other', async (t) => {
  const provider = new Throwing(() => new Error('my provider broke'));
  const conclave = await open(t, {
    providers: [provider, spare],
    config: { aliases: { quick: 'echo/parrot-1' }, routing: { fallbacks: { 'echo/*': ['spare/parrot-1'] } } },
  });
  for (let call = 0; call < 8; call += 1) await conclave.chat({ model: 'quick', prompt: `Hi ${call}` });
  const asked = provider.asked;
  await conclave.chat({ model: 'quick', prompt: 'Hi' });
  assert.equal(provider.asked, asked);
});

test('an answer of a custom provider that breaks off is no complete answer, and is named as its failure', async (t) => {
  class Breaking extends EchoProvider {
    override async *stream() {
      yield { type: 'text' as const, text: 'Once' };
      throw new Error('my provider broke');
    }
  }
  const conclave = await open(t, { providers: [new Breaking()] });
  const texts: string[] = [];
  await assert.rejects(
    async () => {
      for await (const chunk of conclave.stream({ model: 'echo/parrot-1', prompt: 'Hi' })) {
        if (chunk.type === 'text') texts.push(chunk.text);
      }
    },
    { code: 'stream_truncated', message: /my provider broke/ },
  );
  assert.deepEqual(texts, ['Once']);
});

test('a reply of the wrong shape is a custom provider’s invalid reply, and names the member', async (t) => {
  const replies: [unknown, RegExp][] = [
    [{ text: 5 }, /echo .*: text must be a string/],
    [undefined, /echo .*: it is required: an object/],
    [
      { text: 'Hi', usage: { inputTokens: -1, outputTokens: 'many' } },
      /usage\.inputTokens must be at least 0/,
    ],
    [{ text: '', toolCalls: [{ id: '1', name: 'w', arguments: {} }] }, /toolCalls\.0\.arguments/],
    [{ text: 'Hi', finishReason: 'done' }, /finishReason/],
  ];
  for (const [reply, message] of replies) {
    const chat = async () => reply as never;
    const provider = Object.assign(new EchoProvider(), { chat });
    const conclave = await open(t, { providers: [provider], config: { routing: { retries: 0 } } });
    const question = { model: 'echo/parrot-1', prompt: 'Hi' };
    await assert.rejects(conclave.chat(question), { code: 'provider_invalid_reply', message });
  }
  for (const [chunk, message] of [
    [{ type: 'txt', text: 'Hi' }, /: type /],
    [{ type: 'text', text: 5 }, /: text must be a string/],
    [null, /echo/],
  ] as const) {
    const stream = async function* () {
      yield chunk as never;
    };
    const provider = Object.assign(new EchoProvider(), { stream });
    const conclave = await open(t, { providers: [provider], config: { routing: { retries: 0 } } });
    await assert.rejects(
      async () => {
        for await (const _ of conclave.stream({ model: 'echo/parrot-1', prompt: 'Hi' }));
      },
      { code: 'provider_invalid_reply', message },
    );
  }
  const provider = Object.assign(new EchoProvider(), { stream: () => 'Hi' as never });
  const conclave = await open(t, { providers: [provider], config: { routing: { retries: 0 } } });
  await assert.rejects(
    async () => {
      for await (const _ of conclave.stream({ model: 'echo/parrot-1', prompt: 'Hi' }));
    },
    { code: 'provider_invalid_reply', message: /async/ },
  );
});

test('a custom provider that cannot work is refused at the start, with the place and the remedy', async (t) => {
  const echo = (members: object = {}) => Object.assign(new EchoProvider(), members);
  const model = { id: 'm', maxContext: 1000, costPerMToken: 1 };
  const withModel = (members: object) => echo({ models: [{ ...model, ...members }] });
  const wrong: [providers: unknown, message: RegExp][] = [
    [5, /^providers must be a list/],
    [[{}], /^providers\.0\.name is required: a string/],
    [[null], /^providers\.0 must be an object/],
    [[echo(), echo({ name: 'a/b' })], /^providers\.1\.name: "a\/b" .*without a slash/],
    [[echo({ name: '' })], /^providers\.0\.name: "" /],
    [[echo(), echo()], /^providers\.1\.name: "echo" is the name of another provider/],
    [[echo({ name: 'openai' })], /"openai" is the name of another provider/],
    [[echo({ name: 'lab' })], /"lab" is the name of another provider/],
    [[echo({ stream: undefined })], /^providers\.0\.stream must be a function/],
    [[withModel({ id: 5 })], /^providers\.0\.models\.0\.id must be a string/],
    [[withModel({ maxContext: 'many' })], /models\.0\.maxContext must be a number above 0/],
    [[withModel({ costPerMToken: { input: 5, output: 25 } })], /models\.0\.costPerMToken .*number.*models:/],
    [[withModel({ costPerMToken: -1 })], /models\.0\.costPerMToken must be at least 0/],
    [[withModel({ tier: 'economy' })], /models\.0\.tier .*"models".*echo\/m/],
    [[echo({ models: [model, model] })], /models\.1\.id: "m" .*twice/],
    [[Object.assign(withModel({ costPerMToken: undefined }), { estimateCost: undefined })], /estimateCost/],
  ];
  const config = {
    providers: { lab: { dialect: 'openai-chat', baseUrl: 'http://127.0.0.1:9/v1' } },
  } as const;
  for (const [providers, message] of wrong) {
    await assert.rejects(
      createConclave({ home: tempFolder(t), config, providers: providers as never }),
      (error) =>
        error instanceof ConclaveError && error.code === 'configuration' && message.test(error.message),
      String(message),
    );
  }
  const estimateCost = () => {
    throw new Error('no prices today');
  };
  const broken = Object.assign(withModel({ costPerMToken: undefined }), { estimateCost });
  await assert.rejects(open(t, { providers: [broken] }), {
    code: 'configuration',
    message: /echo\.estimateCost .*no prices today/,
  });
});

test('a custom provider may have no models, or one without a limit', async (t) => {
  const absent = { tier: undefined, price: undefined };
  const models = [{ id: 'endless', maxContext: Number.POSITIVE_INFINITY, costPerMToken: 1, ...absent }];
  const endless = Object.assign(new EchoProvider(), { models });
  const idle = Object.assign(new EchoProvider(), { name: 'idle', models: [] });
  const conclave = await open(t, { providers: [idle, endless] });
  assert.equal((await conclave.chat({ model: 'echo/endless', prompt: 'Hi' })).text, 'You said: Hi');
  const listed = await conclave.listmodels({});
  assert.match(JSON.stringify(listed), /echo\/endless/);
});

test('the configuration describes a custom provider’s model further: tier, prices', async (t) => {
  const conclave = await open(t, {
    providers: [new EchoProvider()],
    config: { models: [{ id: 'echo/parrot-1', tier: 'economy', price: { input: 5, output: 25 } }] },
  });
  const { model, costNanoUsd } = await conclave.chat({ model: 'auto:economy', prompt: 'Good morning' });
  // 12 characters in and 22 out.
  assert.deepEqual([model, costNanoUsd], ['echo/parrot-1', 610_000n]);
});

const tools = [{ name: 'w', inputSchema: { type: 'object' } }];

test('what a custom provider cannot be given is a warning that names it', async (t) => {
  const seen: ChatParams[] = [];
  const chat = async (params: ChatParams) => {
    seen.push(params);
    return { text: '{}', usage: { inputTokens: 1, outputTokens: 1 } };
  };
  const provider = Object.assign(new EchoProvider(), { chat });
  const conclave = await open(t, { providers: [provider] });
  const question = { model: 'echo/parrot-1', prompt: 'Hi' };
  const left: [ChatRequest, ...string[]][] = [
    [question],
    [{ ...question, stop: ['END'] }, 'stop'],
    [{ ...question, stop: [], tools: [] }],
    [{ ...question, tools, toolChoice: { type: 'auto' } }],
    [{ ...question, tools, toolChoice: { type: 'required' } }, 'toolChoice'],
    [{ ...question, tools, toolChoice: { type: 'tool', name: 'w' } }, 'toolChoice'],
    [{ ...question, tools, parallelTools: false }, 'parallelTools'],
    [{ ...question, tools, parallelTools: true }],
    [{ ...question, parallelTools: false }],
    [{ ...question, tools, toolChoice: { type: 'none' }, parallelTools: false }],
    [{ ...question, reasoning: { effort: 'none' } }],
    [{ ...question, reasoning: {} }],
    [{ ...question, reasoning: { visible: true } }, 'reasoning'],
    [{ ...question, reasoning: { effort: 'high' } }, 'reasoning'],
    [{ ...question, reasoning: { visible: false } }],
    [{ ...question, topP: 0.1, topK: 1, seed: 4 }, 'topP', 'topK', 'seed'],
    [
      { ...question, frequencyPenalty: 1, presencePenalty: 1, user: 'u' },
      'frequencyPenalty',
      'presencePenalty',
      'user',
    ],
    [{ ...question, session: 's', cacheKey: 'k', temperature: 0.5, maxOutputTokens: 50 }],
  ];
  for (const [request, ...names] of left) {
    const { warnings } = await conclave.chat(request);
    const expected = names.map((name) => `"${name}" was left out: echo, a custom provider, is not given it.`);
    assert.deepEqual(warnings.toSorted(), expected.toSorted(), JSON.stringify(request));
  }

  const ours = await conclave.thinkdeep({ prompt: 'Why is the sky blue?' });
  assert.deepEqual(ours.warnings.join(), '', 'the effort is the tool’s own');
  const wished = await conclave.thinkdeep({ prompt: 'Why is the sky blue?', thinking: 'max' });
  assert.match(wished.warnings.join(), /"reasoning" was left out/);

  seen.length = 0;
  await conclave.chat({ ...question, tools, toolChoice: { type: 'none' } });
  await conclave.chat({ ...question, output: { type: 'json' } });
  assert.deepEqual(
    seen.map(({ tools, schema }) => [tools, schema]),
    [
      [undefined, undefined],
      [undefined, { type: 'object' }],
    ],
  );
});

test('a strict caller is refused what a custom provider cannot be given, and a field of another API always', async (t) => {
  let asked = 0;
  const chat = async () => {
    asked += 1;
    return { text: 'Hi' };
  };
  const provider = Object.assign(new EchoProvider(), { chat });
  const gateway = await startTestGateway(t, { app: { providers: [provider] } });
  const ask = (members: object, headers: Record<string, string> = {}) =>
    post(
      gateway,
      '/v1/chat/completions',
      { model: 'echo/parrot-1', messages: [{ role: 'user', content: 'Hi' }], ...members },
      headers,
    );
  const strict = await ask({ stop: ['END'] }, { 'x-conclave-strict': 'true' });
  assert.equal(strict.status, 400);
  assert.match(await strict.text(), /"stop\\" was left out.*x-conclave-strict refuses that/);
  const thinking = { thinking: { type: 'adaptive', display: 'omitted' } };
  const hidden = await post(
    gateway,
    '/v1/messages',
    { model: 'echo/parrot-1', max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }], ...thinking },
    { 'x-conclave-strict': 'true' },
  );
  assert.equal(hidden.status, 400);
  assert.match(await hidden.text(), /"reasoning\\" was left out/);
  const enabled = await ask({ reasoning: { enabled: true } }, { 'x-conclave-strict': 'true' });
  assert.equal(enabled.status, 400, 'OpenRouter thinks at medium effort then');
  const several = await ask({ n: 2 });
  assert.equal(several.status, 400);
  assert.match(await several.text(), /"n\\" .*custom provider/);
  assert.equal(asked, 0);
  const hint = await ask({ logprobs: true });
  assert.equal(hint.status, 200);
  assert.match(hint.headers.get('x-conclave-warnings') ?? '', /logprobs/);
});

async function open(t: TestContext, options: ConclaveOptions) {
  const conclave = await createConclave({ home: tempFolder(t), config: {}, ...options });
  t.after(() => conclave.close());
  return conclave;
}

function causes(error: unknown): unknown[] {
  return error instanceof Error && error.cause !== undefined ? [error.cause, ...causes(error.cause)] : [];
}

function isSame(one: unknown, other: unknown): boolean {
  return one instanceof Error && other instanceof Error ? one.message === other.message : one === other;
}
