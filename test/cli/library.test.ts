import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { acmeConfig, acmeServer, EchoProvider } from '../../examples/custom-provider.ts';
import { createApp } from '../../src/app.ts';
import {
  type AnswerChunk,
  type ChatMessage,
  ConclaveError,
  createConclave,
  type ChatParams,
  type ConclaveOptions,
} from '../../src/index.ts';
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts';
import { previewText } from '../../src/surfaces/cli/commands/route.ts';
import { environment } from '../support/command-line.ts';
import { freePort } from '../support/free-port.ts';
import { gitRepository } from '../support/git-repository.ts';
import { panelOf } from '../support/panelists.ts';
import { createPostgresSchema, postgresUnavailable } from '../support/postgres-cluster.ts';
import { redisUnavailable, startRedis } from '../support/redis-server.ts';
import { lastingFolder, tempFolder } from '../support/temp-folder.ts';

test('a program uses simulated models, whole and streamed, with tools and a schema', async (t) => {
  const conclave = await open(t, { simulate: true });
  const answer = await conclave.chat({ model: 'opus', prompt: 'What is 6 * 7?' });
  assert.match(answer.text, /42/);
  assert.equal(answer.simulated, true);
  const preview = await conclave.route({ model: 'opus', prompt: 'What is 6 * 7?' });
  assert.equal(preview.simulated, true);
  assert.match(previewText(preview), /^goes to +anthropic\/\S+ \(simulated\)$/m);
  assert.equal(answer.finishReason, 'stop');
  assert.ok((answer.costNanoUsd ?? 0n) > 0n && (answer.usage?.inputTokens ?? 0) > 0);

  let text = '';
  let finish: string | undefined;
  let last: AnswerChunk | undefined;
  for await (const chunk of conclave.stream({ model: 'opus', prompt: 'What is 6 * 7?' })) {
    if (chunk.type === 'text') text += chunk.text;
    if (chunk.type === 'finish') finish = chunk.reason;
    last = chunk;
  }
  assert.equal(text, answer.text);
  assert.equal(finish, 'stop');
  assert.ok(last?.type === 'outcome' && last.requestId !== answer.requestId);
  assert.deepEqual(
    { model: last.model, costNanoUsd: last.costNanoUsd, simulated: last.simulated, warnings: last.warnings },
    { model: answer.model, costNanoUsd: answer.costNanoUsd, simulated: true, warnings: answer.warnings },
  );

  const tools = [
    {
      name: 'get_weather',
      description: 'Weather of a city',
      inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
    },
  ];
  const called = await conclave.chat({ model: 'gpt-mini', prompt: 'Weather in Paris? Use the tool.', tools });
  assert.equal(called.toolCalls?.[0]?.name, 'get_weather');
});

test('a program returns the results of tools in a user message, and the last usage of a stream counts', async (t) => {
  const conclave = await open(t, { simulate: true });
  const tools = [{ name: 'get_weather', description: 'Weather of a city', inputSchema: { type: 'object' } }];
  const messages: ChatMessage[] = [{ role: 'user', content: 'Weather in Paris? Use the tool.' }];
  const { text, toolCalls = [] } = await conclave.chat({ model: 'sonnet', messages, tools });
  assert.equal(toolCalls.length, 1);
  const said = text === '' ? [] : [{ type: 'text' as const, text }];
  const calls = toolCalls.map((call) => ({ type: 'tool-call' as const, ...call }));
  messages.push({ role: 'assistant', content: [...said, ...calls] });
  const results = toolCalls.map(({ id }) => ({
    type: 'tool-result' as const,
    callId: id,
    content: [{ type: 'text' as const, text: '18 °C' }],
    isError: false,
  }));
  messages.push({ role: 'user', content: results });
  const whole = await conclave.chat({ model: 'sonnet', messages, tools });
  assert.ok(whole.text !== '' && whole.toolCalls === undefined);

  let last: object | undefined;
  for await (const chunk of conclave.stream({ model: 'sonnet', messages, tools }))
    if (chunk.type === 'usage') last = chunk.usage;
  assert.deepEqual(last, whole.usage);
});

/** Runs a program that makes a call with a simulated model and does not close its Conclave. */
async function runUnclosed(t: TestContext, env: NodeJS.ProcessEnv): Promise<string> {
  const index = join(import.meta.dirname, '../../src/index.ts');
  const folder = tempFolder(t, {
    'program.mjs': `import { createConclave } from '${index}';
const conclave = await createConclave({ simulate: true, home: import.meta.dirname });
console.log((await conclave.chat({ model: 'sonnet', prompt: 'What is 6 * 7?' })).text);`,
  });
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'program.mjs')], {
    timeout: 60_000,
    env: { ...environment(folder), ...env },
  });
  return stdout;
}

test('a program ends although it has not closed its Conclave, with simulated models too', async (t) => {
  assert.match(await runUnclosed(t, {}), /42/);
});

test('such a program ends with a PostgreSQL ledger', { skip: postgresUnavailable ?? false }, async (t) => {
  const url = await createPostgresSchema();
  assert.match(await runUnclosed(t, { CONCLAVE_DATABASE_URL: url }), /42/);
  const store = await openPostgresStore({ url });
  t.after(() => store.close());
  const rows = await store.ledger.recent({ limit: 10 });
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['ok'],
  );
});

test(
  'such a program ends with Redis, and if Redis is down',
  { skip: redisUnavailable ?? false },
  async (t) => {
    const { url } = await startRedis(t);
    assert.match(await runUnclosed(t, { CONCLAVE_REDIS_URL: url }), /42/);
    const down = `redis://127.0.0.1:${await freePort()}`;
    assert.match(await runUnclosed(t, { CONCLAVE_REDIS_URL: down }), /42/);
  },
);

test('a program reads the configuration file of its folder, as the command line does, or the one it names', async (t) => {
  const named = (alias: string) => `aliases: { ${alias}: anthropic/claude-haiku-5-5 }\n`;
  const cwd = tempFolder(t, { 'conclave.yaml': named('quick'), 'other.yaml': named('rapid') });
  const goesTo = async (model: string, options: ConclaveOptions) => {
    const conclave = await open(t, { cwd, simulate: true, ...options });
    return (await conclave.route({ model, prompt: 'Hi' })).steps[0]?.[0]?.model;
  };
  assert.equal(await goesTo('quick', {}), 'anthropic/claude-haiku-5-5');
  assert.equal(await goesTo('rapid', { config: 'other.yaml' }), 'anthropic/claude-haiku-5-5');
  await assert.rejects(goesTo('quick', { config: 'other.yaml' }), { code: 'model_not_found' });
  await assert.rejects(goesTo('quick', { config: {} }), { code: 'model_not_found' });
  await assert.rejects(goesTo('quick', { config: 'absent.yaml' }), {
    code: 'configuration',
    message: /absent\.yaml: there is no such file/,
  });
});

test('a custom provider is one object or a few lines of data, priced and in the ledger like any other', async (t) => {
  const server = acmeServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const conclave = await open(t, {
    config: acmeConfig(`http://127.0.0.1:${port}/v1`),
    providers: [new EchoProvider()],
  });

  const echoed = await conclave.chat({ model: 'echo/parrot-1', prompt: 'Good morning' });
  assert.equal(echoed.text, 'You said: Good morning');
  // 12 characters in and 22 out, at half a dollar per million.
  assert.equal(echoed.costNanoUsd, 17_000n);
  const forged = await conclave.chat({ model: 'acme/anvil-2', prompt: 'Good morning' });
  assert.equal(forged.text, 'Forged.');
  assert.equal(forged.costNanoUsd, 14_000n);

  let streamed = '';
  for await (const chunk of conclave.stream({ model: 'echo/parrot-1', prompt: 'And streamed' })) {
    if (chunk.type === 'text') streamed += chunk.text;
  }
  assert.equal(streamed, 'You said: And streamed');
});

test('an unanswerable question throws one error class with a closed set of codes', async (t) => {
  const conclave = await open(t, { simulate: true });
  const isConclaveError = (code: string) => (error: unknown) =>
    error instanceof ConclaveError && error.code === code;
  await assert.rejects(conclave.chat({ model: 'sonet', prompt: 'Hi' }), isConclaveError('model_not_found'));
  await assert.rejects(
    conclave.chat({
      model: 'anthropic/claude-sonnet-5',
      prompt: 'Hi',
      limits: { maxCostUsd: 0.000_000_001 },
    }),
    isConclaveError('no_candidate'),
  );
  const stop = AbortSignal.abort();
  await assert.rejects(
    conclave.chat({ model: 'sonnet', prompt: 'Hi', signal: stop }),
    isConclaveError('cancelled'),
  );
});

test('a question with an unknown member is refused, with the nearest known one', async (t) => {
  const conclave = await open(t, { simulate: true });
  const slips: [slip: object, param: string, hint: RegExp][] = [
    [{ promt: 'Hi' }, 'promt', /did you mean "prompt"\?/],
    [{ prompt: 'Hi', temprature: 0 }, 'temprature', /did you mean "temperature"\?/],
    [{ prompt: 'Hi', max_cost_usd: 1 }, 'max_cost_usd', /write limits: \{ maxCostUsd: … \}/],
    [{ prompt: 'Hi', limits: { maxCostUSD: 1 } }, 'limits.maxCostUSD', /did you mean "maxCostUsd"\?/],
    [{ prompt: 'Hi', files: ['a.ts'] }, 'files', /tools take it.*: .*codereview.*thinkdeep/],
    [{ prompt: 'Hi', continuation_id: 'thread_1' }, 'continuation_id', /tools take it.*thinkdeep/],
    [{ prompt: 'Hi', task: 'debuging' }, 'task', /there is no "debuging"; did you mean "debugging"\?/],
    [{ prompt: 'Hi', limits: { tier: 'cheap' } }, 'limits.tier', /known: frontier, workhorse, economy/],
    [{ prompt: 'Hi', zebra: 1 }, 'zebra', /known: prompt, system, messages/],
    [{ prompt: 'Hi', tags: 'sensitive' }, 'tags', /expected array/],
    [{ prompt: 'Hi', tags: [5] }, 'tags.0', /expected string/],
    [{ prompt: 'Hi', limits: { maxCostUsd: -1 } }, 'limits.maxCostUsd', /Too small/],
    [{ prompt: 'Hi', limits: { maxCostUsd: Infinity } }, 'limits.maxCostUsd', /received Infinity/],
    [{ prompt: 'Hi', limits: { maxCostUsd: 1e300 } }, 'limits.maxCostUsd', /Too big/],
    [{ prompt: 'Hi', temperature: 'hot' }, 'temperature', /expected number/],
    [{ messages: [] }, 'messages', /Too small/],
    [{ prompt: '  ' }, 'prompt', /is empty/],
    [{ prompt: 'Hi', messages: [{ role: 'user', content: 'Ho' }] }, 'prompt', /not together with messages/],
    [{ system: 'Hi', messages: [{ role: 'user', content: 'Ho' }] }, 'system', /not together with messages/],
    [{ prompt: 'Hi', signal: 'no' }, 'signal', /expected an AbortSignal/],
    [{ prompt: 'Hi', output: 'json' }, 'output', /write \{ type: "json" \}/],
    [{ prompt: 'Hi', output: { type: 'json-schema' } }, 'output.schema', /expected record/],
    [{ prompt: 'Hi', toolChoice: 'auto' }, 'toolChoice', /write \{ type: "auto"/],
    [{ prompt: 'Hi', reasoning: { effort: 'hgh' } }, 'reasoning.effort', /did you mean "high"/],
    [
      { prompt: 'Hi', tools: [{ type: 'function', function: { name: 'f', parameters: {} } }] },
      'tools.0',
      /no "type", "function"; write \{ name, description, inputSchema \}/,
    ],
    [{ prompt: 'Hi', tools: [{ name: 'f' }] }, 'tools.0.inputSchema', /expected record/],
    [{ messages: [{ role: 'bot', content: 'Hi' }] }, 'messages.0.role', /no "bot"; known: system, user/],
    [
      { messages: [{ role: 'tool', content: '18 °C' }] },
      'messages.0.role',
      /no "tool"; .*a tool's result is a part \{ type: "tool-result", callId: "…", content: \[…\] \} of a user message/,
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
      'messages.0.content.0.type',
      /no "image_url"; known: text, image/,
    ],
  ];
  for (const [slip, param, hint] of slips) {
    const refused = (error: unknown) =>
      error instanceof ConclaveError &&
      error.code === 'invalid_request' &&
      error.details.param === param &&
      hint.test(error.message);
    // As plain JavaScript would call it.
    const request = slip as { prompt: string };
    await assert.rejects(conclave.chat(request), refused);
    await assert.rejects(conclave.stream(request)[Symbol.asyncIterator]().next(), refused);
    await assert.rejects(conclave.route(request), refused);
  }
  await assert.rejects(conclave.chat('Hi' as never), /A question is an object/);
  await assert.rejects(
    conclave.replay({ witout: ['x'] } as object),
    /does not accept "witout"; did you mean "without"\?/,
  );
  await assert.rejects(conclave.advise({ sinse: '1d' } as object), /did you mean "since"\?/);
  assert.match((await conclave.chat({ prompt: 'Hi', system: undefined as never })).text, /./);
});

test('mistakes in using the library object are named: an option, a list, and a closed object', async (t) => {
  await assert.rejects(
    createConclave({ simulat: true } as object),
    /createConclave does not accept "simulat"; did you mean "simulate"\?/,
  );
  const conclave = await open(t, { simulate: true });
  await assert.rejects(
    conclave.replay({ without: 'openai' } as never),
    /replay: "without" is a list of texts: \["openai"\]/,
  );
  await conclave.close();
  const closed = { code: 'invalid_request', message: /This Conclave is closed/ };
  await assert.rejects(conclave.chat({ prompt: 'Hi' }), closed);
  await assert.rejects(conclave.stream({ prompt: 'Hi' })[Symbol.asyncIterator]().next(), closed);
  await assert.rejects(conclave.listmodels({}), closed);
  await assert.rejects(conclave.advise(), closed);
});

test('calls made all at once wait for the money that the others have reserved', async (t) => {
  const conclave = await open(t, { simulate: true });
  const prompts = Array.from({ length: 60 }, (_, index) => `What is ${index} + 1?`);
  const answers = await Promise.all(prompts.map((prompt) => conclave.chat({ prompt })));
  assert.equal(answers.length, 60);
});

test('closing ends open calls, which are then in the ledger with what they used', async (t) => {
  const home = tempFolder(t);
  const conclave = await createConclave({ home, simulate: true });
  const reader = conclave.stream({ model: 'opus', prompt: 'Count to 5000.' })[Symbol.asyncIterator]();
  await reader.next();
  const asked = conclave.chat({ model: 'opus', prompt: 'Count to 5000.' });
  const refused = assert.rejects(asked, { code: 'cancelled', message: /closed while the call was open/ });
  await conclave.close();
  await refused;
  await assert.rejects(reader.next(), /This Conclave is closed/);
  const app = await createApp({ env: { CONCLAVE_HOME: home }, cwd: home, config: {}, offline: true });
  t.after(() => app.close());
  const rows = await app.ledger.recent({ limit: 10 });
  assert.deepEqual(
    rows.map(({ state, cost }) => [state, typeof cost]),
    [
      ['cancelled', 'bigint'],
      ['cancelled', 'bigint'],
    ],
  );
});

test('closing waits for what is being written: a rating is in the ledger', async (t) => {
  const home = tempFolder(t);
  const conclave = await createConclave({ home, simulate: true });
  const { requestId } = await conclave.chat({ model: 'opus', prompt: 'Hi' });
  const rated = conclave.feedback(requestId, 'bad');
  await conclave.close();
  await rated;
  const app = await createApp({ env: { CONCLAVE_HOME: home }, cwd: home, config: {}, offline: true });
  t.after(() => app.close());
  const row = await app.ledger.show(requestId);
  assert.deepEqual(
    row?.outcomes.map(({ kind, score }) => [kind, score]),
    [['feedback', 0]],
  );
});

test('a call ends at its signal, its total time and close even if a custom provider ignores its signal', async (t) => {
  class Deaf extends EchoProvider {
    override chat = () => new Promise<never>(() => undefined);
    override async *stream() {
      yield { type: 'text' as const, text: 'Once' };
      await this.chat();
    }
  }
  const question = { model: 'echo/parrot-1', prompt: 'Hi' };
  const config = { routing: { retries: 0, timeouts: { totalMs: 400 } } };
  const hasty = await open(t, { config, providers: [new Deaf()] });
  await assert.rejects(hasty.chat(question), /longer than its total of 400 ms/);
  const conclave = await open(t, { config: {}, providers: [new Deaf()] });
  const signal = AbortSignal.timeout(50);
  await assert.rejects(conclave.chat({ ...question, signal }), { code: 'cancelled' });
  const reader = conclave.stream(question)[Symbol.asyncIterator]();
  assert.deepEqual((await reader.next()).value, { type: 'text', text: 'Once' });
  const rest = assert.rejects(reader.next(), { code: 'cancelled' });
  await conclave.close();
  await rest;
});

test('a custom provider that heeds its signal with an error of its own ends the call alone', async (t) => {
  class Heeding extends EchoProvider {
    override async *stream({ signal }: ChatParams) {
      for (;;) {
        signal?.throwIfAborted();
        yield { type: 'text' as const, text: 'Again' };
        await new Promise(setImmediate);
      }
    }
  }
  const conclave = await open(t, { providers: [new Heeding()] });
  const stop = new AbortController();
  const question = { model: 'echo/parrot-1', prompt: 'Hi', signal: stop.signal };
  const reader = conclave.stream(question)[Symbol.asyncIterator]();
  await reader.next();
  stop.abort();
  await assert.rejects(
    async () => {
      while (!(await reader.next()).done);
    },
    { code: 'cancelled' },
  );
});

test('a tool refuses unknown options and values of another type', async (t) => {
  const conclave = await open(t, { simulate: true });
  const slips: [options: unknown, message: RegExp][] = [
    [{ sginal: 1 }, /challenge does not accept "sginal"; did you mean "signal"\?/],
    [{ signal: 'no' }, /signal: expected an AbortSignal/],
    [{ onProgress: 'no' }, /onProgress: expected a function/],
    [null, /the options are an object/],
  ];
  for (const [options, message] of slips) {
    await assert.rejects(conclave.challenge({ prompt: 'Hi' }, options as never), {
      code: 'invalid_request',
      message,
    });
  }
});

test('a progress callback that fails gets no further lines, and changes nothing else', async (t) => {
  const { conclave } = await panelOf(t, [
    { name: 'one', say: () => '{"option": "yes", "reason": ""}' },
    { name: 'two', say: () => '{"option": "no", "reason": ""}' },
  ]);
  const question = {
    prompt: 'Tabs?',
    mode: 'vote' as const,
    options: ['yes', 'no'],
    models: ['one/m', 'two/m'],
  };
  for (const failsAt of [1, 2, 3]) {
    let lines = 0;
    const failing = () => {
      lines += 1;
      if (lines >= failsAt) throw new Error('no display');
    };
    for (const onProgress of [failing, async () => failing()]) {
      lines = 0;
      const { votes, failed } = await conclave.consensus(question, { onProgress });
      assert.deepEqual(votes, [
        { option: 'yes', voters: ['one/m'] },
        { option: 'no', voters: ['two/m'] },
      ]);
      assert.deepEqual(failed, []);
      if (onProgress === failing) assert.equal(lines, failsAt);
    }
  }
});

test('the example in the README runs unchanged except for the models it asks', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.ts': 'export const a = 1;\n' });
  repository.commit();
  repository.git('switch', '--quiet', '--create', 'mine');
  repository.write({ 'a.ts': 'export const a = eval(input);\n' });
  repository.commit();
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const example = /```ts\n(import \{ createConclave \}.*?)```/s.exec(readme)?.[1] ?? '';
  const program = example
    .replace("'conclave'", JSON.stringify(new URL('../../src/index.ts', import.meta.url).href))
    .replace('createConclave()', 'createConclave({ simulate: true })');
  const home = tempFolder(t, { 'example.mjs': `${program}console.log(text.length, issues.length);\n` });
  const ran = await promisify(execFile)(process.execPath, [join(home, 'example.mjs')], {
    cwd: repository.folder,
    env: environment(home),
  });
  assert.match(ran.stdout, /^[1-9]\d* [1-9]\d*$/m);
});

async function open(t: TestContext, options: ConclaveOptions) {
  const conclave = await createConclave({ home: lastingFolder(), ...options });
  t.after(() => conclave.close());
  return conclave;
}
