import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { DialectId } from '../../src/core/wire/content.ts';
import { awsEvent } from '../../src/dialects/replies/aws-event-stream.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { startScriptedProvider, wholeReply, type ScriptedProvider } from '../providers/scripted-provider.ts';

// A failed answer is billed if its provider reported usage for it.

type Counts = { readonly input: number; readonly output: number; readonly reasoning: number };

/** One failure in a dialect: as a whole reply, and as the pieces of a stream. */
type Failure = {
  readonly dialect: DialectId;
  readonly whole: (counts: Counts) => object;
  readonly stream: (counts: Counts) => readonly Uint8Array[];
  /** The stream breaks off after a usage report that was not its last. */
  readonly brokenOff?: true;
};

const chatUsage = ({ input, output, reasoning }: Counts) => ({
  prompt_tokens: input,
  completion_tokens: output + reasoning,
  total_tokens: input + output + reasoning,
  completion_tokens_details: { reasoning_tokens: reasoning },
});

const responsesUsage = ({ input, output, reasoning }: Counts) => ({
  input_tokens: input,
  output_tokens: output + reasoning,
  output_tokens_details: { reasoning_tokens: reasoning },
});

const claudeUsage = ({ input, output, reasoning }: Counts) => ({
  input_tokens: input,
  output_tokens: output + reasoning,
  output_tokens_details: { thinking_tokens: reasoning },
});

const converseUsage = ({ input, output, reasoning }: Counts) => ({
  inputTokens: input,
  outputTokens: output + reasoning,
  totalTokens: input + output + reasoning,
});

const events = (...payloads: readonly (object | string)[]): Uint8Array[] =>
  payloads.map((payload) =>
    Buffer.from(`data: ${typeof payload === 'string' ? payload : JSON.stringify(payload)}\n\n`),
  );

const malformed = (counts: Counts) => ({
  candidates: [{ content: {}, finishReason: 'MALFORMED_FUNCTION_CALL', index: 0 }],
  usageMetadata: {
    promptTokenCount: counts.input,
    candidatesTokenCount: counts.output,
    thoughtsTokenCount: counts.reasoning,
  },
});

const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
const completion = { id: 'c', object: 'chat.completion', created: 1, model: 'm' };
const gaveUp = { message: 'The host gave up.', code: 502 };
const failedResponse = (counts: Counts) => ({
  id: 'resp_1',
  object: 'response',
  status: 'failed',
  error: { code: 'server_error', message: 'It broke.' },
  output: [],
  usage: responsesUsage(counts),
});
const frame = (type: string, body: object) =>
  awsEvent(
    { ':message-type': 'event', ':event-type': type, ':content-type': 'application/json' },
    JSON.stringify(body),
  );

const failures: Readonly<Record<string, Failure>> = {
  'Gemini’s malformed function call': {
    dialect: 'google-generate',
    whole: malformed,
    stream: (counts) => events(malformed(counts)),
  },
  'Bedrock’s malformed tool use': {
    dialect: 'bedrock-converse',
    whole: (counts) => ({
      output: { message: { role: 'assistant', content: [] } },
      stopReason: 'malformed_tool_use',
      usage: converseUsage(counts),
    }),
    stream: (counts) => [
      frame('messageStart', { role: 'assistant' }),
      frame('messageStop', { stopReason: 'malformed_tool_use' }),
      frame('metadata', { usage: converseUsage(counts) }),
    ],
  },
  'a response that has failed': {
    dialect: 'openai-responses',
    whole: failedResponse,
    stream: (counts) => events({ type: 'response.failed', response: failedResponse(counts) }),
  },
  'a completion without a choice': {
    dialect: 'openai-chat',
    whole: (counts) => ({ ...completion, choices: [], usage: chatUsage(counts) }),
    stream: (counts) => events({ ...chunk, choices: [], usage: chatUsage(counts) }, '[DONE]'),
  },
  'a completion that its provider broke off': {
    dialect: 'openai-chat',
    whole: (counts) => ({
      ...completion,
      choices: [{ index: 0, message: { role: 'assistant' }, finish_reason: 'insufficient_system_resource' }],
      usage: chatUsage(counts),
    }),
    stream: (counts) =>
      events(
        { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'insufficient_system_resource' }] },
        { ...chunk, choices: [], usage: chatUsage(counts) },
        '[DONE]',
      ),
  },
  'an error with its bill': {
    dialect: 'openai-chat',
    whole: (counts) => ({ ...completion, error: gaveUp, usage: chatUsage(counts) }),
    stream: (counts) => events({ ...chunk, error: gaveUp, choices: [], usage: chatUsage(counts) }),
  },
  'Anthropic’s overload behind the count of the prompt': {
    dialect: 'anthropic-messages',
    whole: (counts) => ({ id: 'msg_1', type: 'message', usage: claudeUsage(counts) }),
    stream: (counts) =>
      events(
        {
          type: 'message_start',
          message: { id: 'msg_1', type: 'message', content: [], usage: claudeUsage(counts) },
        },
        overloaded,
      ),
    brokenOff: true,
  },
  'an Ollama reply of nothing but counts': {
    dialect: 'ollama-chat',
    whole: ({ input, output, reasoning }) => ({
      model: 'm',
      done: true,
      prompt_eval_count: input,
      eval_count: output + reasoning,
    }),
    stream: ({ input, output, reasoning }) => [
      Buffer.from(
        `${JSON.stringify({ model: 'm', done: true, prompt_eval_count: input, eval_count: output + reasoning })}\n`,
      ),
    ],
  },
};

const streamTypes: Partial<Record<DialectId, string>> = {
  'bedrock-converse': 'application/vnd.amazon.eventstream',
  'ollama-chat': 'application/x-ndjson',
};

const price = { input: 0.1, output: 1 };
const messages = [{ role: 'user', content: 'Hello?' }];

test('usage reported for a failed answer is booked, the same streamed as whole', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await setUp(t, scripted);
  const count = fc.nat({ max: 20_000 });
  const samples = fc.sample(fc.record({ input: count, output: count, reasoning: count }), {
    numRuns: 2,
    seed: 11,
  });
  for (const [name, failure] of Object.entries(failures)) {
    for (const counts of [{ input: 1_000, output: 7, reasoning: 200 }, ...samples]) {
      const { input, output, reasoning } = counts;
      const bill = BigInt(input) * 100n + BigInt(output + reasoning) * 1_000n;
      for (const stream of [false, true]) {
        say(scripted, failure, { counts, stream });
        const row = await askedFor(gateway, { failure, stream });
        const title = `${name}, ${stream ? 'streamed' : 'whole'}`;
        const [attempt, ...more] = row.attempts;
        assert.deepEqual([more.length, attempt?.outcome], [0, 'failed'], title);
        assert.deepEqual([attempt?.cost, row.cost], [bill, bill], title);
        assert.equal(attempt?.usage.input, input, title);
        assert.equal((attempt?.usage.output ?? 0) + (attempt?.usage.reasoning ?? 0), output + reasoning);
        assert.equal(row.estimated, stream && failure.brokenOff === true && bill > 0n, title);
      }
    }
  }
});

test('a failure without reported usage costs nothing', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await setUp(t, scripted);
  const counts = { input: 0, output: 0, reasoning: 0 };
  for (const [name, failure] of Object.entries(failures)) {
    for (const stream of [false, true]) {
      say(scripted, failure, { counts, stream });
      const { cost, estimated } = await askedFor(gateway, { failure, stream });
      assert.deepEqual([cost, estimated], [0n, false], name);
    }
  }
});

test('every attempt with reported usage is in the cost of the final answer, and in the key’s budget', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await setUp(t, scripted, 2);
  const failure = failures['Gemini’s malformed function call'] ?? assert.fail('a failure of the table');
  const counts = { input: 1_000, output: 7, reasoning: 200 };
  say(scripted, failure, { counts, stream: false });
  const { attempts, cost } = await askedFor(gateway, { failure, stream: false });
  assert.deepEqual(
    attempts.map((attempt) => attempt.cost),
    attempts.map(() => 307_000n),
  );
  assert.equal(cost, 307_000n * BigInt(attempts.length));
  assert.ok(attempts.length > 1);
  const { totalNanoUsd } = await gateway.app.ledger.costs({ by: 'model', since: 0 });
  assert.equal(totalNanoUsd, Number(cost));
});

test('failed attempts together cost no more than the caller allows, except for the last of them', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await setUp(t, scripted, 5);
  const failure = failures['Gemini’s malformed function call'] ?? assert.fail('a failure of the table');
  say(scripted, failure, { counts: { input: 1_000, output: 7, reasoning: 200 }, stream: false });
  const body = { model: `at-${failure.dialect}/m`, messages, max_tokens: 10 };
  const reply = await post(gateway, '/v1/chat/completions', body, { 'x-conclave-max-cost-usd': '0.0005' });
  assert.equal(reply.status, 502);
  assert.match(
    await reply.text(),
    /billed at \$0\.000614, which reaches the call's cost limit \(0\.0005 USD\)/,
  );
  const row = await lastRow(gateway);
  assert.equal(row.attempts.length, 2);
});

test('a whole answer that breaks off is retried, and both attempts are charged', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await setUp(t, scripted, 1);
  const answer = (finish_reason: string, usage: object) => ({
    contentType: 'application/json',
    pieces: [
      Buffer.from(
        JSON.stringify({
          ...completion,
          choices: [{ index: 0, message: { role: 'assistant', content: 'Hello you' }, finish_reason }],
          ...usage,
        }),
      ),
    ],
    ending: 'end' as const,
  });
  const counted = { usage: chatUsage({ input: 1_000, output: 7, reasoning: 200 }) };
  for (const [usage, first] of [
    [counted, 307_000n],
    [{}, undefined],
  ] as const) {
    scripted.say(answer('insufficient_system_resource', usage), answer('stop', counted));
    const reply = await post(gateway, '/v1/chat/completions', { model: 'at-openai-chat/m', messages });
    assert.equal(reply.status, 200, await reply.text());
    const { attempts, cost, estimated } = await lastRow(gateway);
    assert.deepEqual(
      attempts.map(({ outcome }) => outcome),
      ['failed', 'ok'],
    );
    const lost = attempts[0]?.cost ?? 0n;
    assert.ok(first === undefined ? lost > 0n && estimated : lost === first && !estimated);
    assert.equal(cost, lost + 307_000n);
  }
});

test('a reply with missing vectors is an error, and is charged', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await setUp(t, scripted);
  for (const data of [[{ object: 'embedding', index: 0, embedding: [1] }], []]) {
    const vectors = {
      object: 'list',
      model: 'm',
      data,
      usage: { prompt_tokens: 1_000, total_tokens: 1_000 },
    };
    scripted.say(wholeReply(vectors));
    const reply = await post(gateway, '/v1/embeddings', {
      model: 'at-openai-chat/m',
      input: ['one', 'two'],
    });
    assert.equal(reply.status, 502, await reply.text());
    const { cost, estimated } = await lastRow(gateway);
    assert.deepEqual([cost, estimated], [100_000n, false]);
  }
});

async function askedFor(gateway: TestGateway, { failure, stream }: { failure: Failure; stream: boolean }) {
  const reply = await post(gateway, '/v1/chat/completions', {
    model: `at-${failure.dialect}/m`,
    messages,
    stream,
  });
  assert.ok(reply.status >= 500, await reply.text());
  return lastRow(gateway);
}

function say(
  scripted: ScriptedProvider,
  { dialect, whole, stream: streamed }: Failure,
  { counts, stream }: { readonly counts: Counts; readonly stream: boolean },
): void {
  scripted.say({
    contentType: stream ? (streamTypes[dialect] ?? 'text/event-stream') : 'application/json',
    pieces: stream ? streamed(counts) : [Buffer.from(JSON.stringify(whole(counts)))],
    ending: 'end',
  });
}

/** Every dialect of the table at one address, each with a model of known price. */
function setUp(t: Parameters<typeof startTestGateway>[0], { url }: ScriptedProvider, retries = 0) {
  const dialects = [...new Set(Object.values(failures).map(({ dialect }) => dialect))];
  const aws = { accessKeyId: 'AKID', secretAccessKey: 'secret', region: 'us-east-1' };
  return startTestGateway(t, {
    config: {
      providers: Object.fromEntries(
        dialects.map((dialect) => [
          `at-${dialect}`,
          { dialect, baseUrl: url, ...(dialect === 'bedrock-converse' ? aws : { apiKey: 'key' }) },
        ]),
      ),
      models: dialects.map((dialect) => ({ id: `at-${dialect}/m`, price })),
      routing: { retries },
    },
  });
}
