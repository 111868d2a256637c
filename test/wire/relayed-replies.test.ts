import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { JsonObject } from '../../src/core/json/json.ts';
import {
  recordedReplies,
  startReplayingGateway,
  type ReplayingGateway,
} from '../clients/replaying-gateway.ts';
import {
  openTestGateway,
  post,
  simulatedProviders,
  startTestGateway,
  type TestGateway,
} from '../support/gateway.ts';
import {
  openaiSpecification,
  toleratedDeviations,
  type OpenaiSpecification,
} from '../support/openai-specification.ts';
import {
  errorCodeOf,
  replyBytes,
  collectedReplies,
  type RecordedReply,
} from '../support/recorded-replies.ts';
import { relayedDeviations } from '../support/relayed-deviations.ts';
import { startReplayServer } from '../providers/replay-server.ts';
import { testDataAvailable, recordedTest } from '../support/test-data.ts';

// Replies relayed to OpenAI's clients are checked against OpenAI's specification too. They are the provider's own and
// Conclave does not correct them: every known deviation is listed, and no other passes.

const paths = { 'openai-chat': '/v1/chat/completions', 'openai-responses': '/v1/responses' } as const;
type ClientDialect = keyof typeof paths;

let specification: OpenaiSpecification;
let replaying: ReplayingGateway;
let simulated: TestGateway;
const cleanups: (() => Promise<void>)[] = [];
before(async () => {
  if (!testDataAvailable) return;
  specification = openaiSpecification();
  replaying = await startReplayingGateway({ after: (clean) => cleanups.push(clean) });
  simulated = await openTestGateway({
    config: (simulator) => ({ providers: simulatedProviders(simulator), routing: { retries: 0 } }),
  });
  cleanups.push(() => simulated.close());
});
after(async () => {
  for (const clean of cleanups.toReversed()) await clean();
});

recordedTest(
  'what is relayed of recorded replies departs from the specification in named ways alone',
  async () => {
    const tolerated = toleratedDeviations();
    const named = new Map(namesOfDeviations().map((name) => [name, 0]));
    const strange: string[] = [];
    let untouched = 0;
    for (const dialect of Object.keys(paths) as ClientDialect[]) {
      for (const reply of recordedReplies.filter((one) => one.dialect === dialect)) {
        const { status, text } = await relayed(dialect, reply);
        assert.equal(status === 200, !isFailure(reply), reply.id);
        if (text === String(replyBytes(reply))) untouched += 1;
        for (const signature of deviationsOf(dialect, { status, streaming: reply.streaming }, text)) {
          if (tolerated.has(signature)) continue;
          const key = `${reply.provider} ${signature}`;
          const seen = named.get(key);
          if (seen === undefined) strange.push(`${reply.id}: ${signature}`);
          else named.set(key, seen + 1);
        }
      }
    }
    assert.deepEqual(strange, []);
    const unseen = [...named].flatMap(([key, seen]) => (seen === 0 ? [key] : []));
    assert.deepEqual(unseen, [], 'and every name is of something');
    assert.ok(untouched > 100, `${untouched} came through byte for byte`);
  },
);

const chat = { model: 'openai/gpt-6-sol', messages: [{ role: 'user', content: 'Say hello.' }] };
const response = { model: 'openai/gpt-6-sol', input: 'Say hello.' };
const vectors = { model: 'openai/text-embedding-3-small', input: ['one', 'two'] };
const fails = (fault: string) => ({ model: `${chat.model}!fault=${fault}` });

/** What is asked of the simulated OpenAI, and the schema of the reply. */
const asked: readonly (readonly [path: string, body: JsonObject, schema: string])[] = [
  ['/v1/chat/completions', chat, 'CreateChatCompletionResponse'],
  ['/v1/responses', response, 'Response'],
  ['/v1/embeddings', vectors, 'CreateEmbeddingResponse'],
  ...['400', '401', '403', '404', '429', '500', '529'].flatMap((fault) => [
    ['/v1/chat/completions', { ...chat, ...fails(fault) }, 'ErrorResponse'] as const,
    ['/v1/responses', { ...response, ...fails(fault) }, 'ErrorResponse'] as const,
  ]),
  ['/v1/embeddings', { ...vectors, model: 'openai/no-such-model!fault=404' }, 'ErrorResponse'],
];

recordedTest('recorded vectors are relayed as they came, in numbers or in base64', async (t) => {
  const recordings = collectedReplies('openai-embeddings');
  const server = await startReplayServer(t, recordings);
  const openai = { baseUrl: `${server.url}/v1`, apiKey: 'key-of-nobody' };
  const gateway = await startTestGateway(t, { config: { providers: { openai } } });
  const tolerated = toleratedDeviations();
  for (const reply of recordings) {
    const answer = await post(gateway, '/v1/embeddings', { ...reply.request, model: `openai/${reply.id}` });
    assert.equal(answer.status, 200, reply.id);
    const value: unknown = await answer.json();
    const deviations = specification.deviations('CreateEmbeddingResponse', value);
    assert.deepEqual(
      deviations.filter((one) => !tolerated.has(one)),
      [],
    );
    assert.deepEqual(value, reply.body.kind === 'json' && reply.body.value);
  }
  assert.ok(recordings.length > 0);
});

recordedTest('what is relayed of a provider that keeps to the specification keeps to it', async () => {
  for (const [path, body, schema] of asked) {
    const reply = await post(simulated, path, body);
    const told = `${path} ${JSON.stringify(body)}`;
    assert.equal(reply.status === 200, schema !== 'ErrorResponse', told);
    assert.deepEqual(specification.deviations(schema, await reply.json()), [], told);
  }
  for (const [path, body] of asked.slice(0, 2)) {
    const dialect = path === paths['openai-chat'] ? 'openai-chat' : 'openai-responses';
    for (const fault of ['', '!fault=error-event,after=2']) {
      const reply = await post(simulated, path, { ...body, model: chat.model + fault, stream: true });
      const values = eventsOf(await reply.text());
      assert.ok(values.length > 2);
      for (const value of values)
        assert.deepEqual(eventDeviations(dialect, value), [], JSON.stringify(value));
    }
  }
  const authorization = `Bearer ${simulated.key}`;
  const list = await fetch(`${simulated.url}/v1/models`, { headers: { authorization } });
  assert.deepEqual(specification.deviations('ListModelsResponse', await list.json()), []);
});

/** Among the whole replies that are called good, one is in another format than it is said to be. */
function isFailure(reply: RecordedReply): boolean {
  return reply.status !== 200 || (!reply.streaming && errorCodeOf(reply) !== undefined);
}

/** By provider and signature. */
function namesOfDeviations(): string[] {
  return relayedDeviations.flatMap(({ providers, signatures }) =>
    providers.flatMap((provider) => signatures.map((signature) => `${provider} ${signature}`)),
  );
}

async function relayed(dialect: ClientDialect, reply: RecordedReply) {
  const question =
    dialect === 'openai-chat'
      ? {
          messages: [{ role: 'user', content: 'Hello' }],
          ...(reply.streaming && { stream_options: { include_usage: true } }),
        }
      : { input: 'Hello' };
  const body = { model: replaying.modelOf(reply), ...question, stream: reply.streaming };
  const answer = await post(replaying.gateway, paths[dialect], body);
  return { status: answer.status, text: await answer.text() };
}

function deviationsOf(
  dialect: ClientDialect,
  { status, streaming }: Pick<RecordedReply, 'status' | 'streaming'>,
  text: string,
): string[] {
  if (status === 200 && streaming) {
    return eventsOf(text).flatMap((value) => eventDeviations(dialect, value));
  }
  const whole = dialect === 'openai-chat' ? 'CreateChatCompletionResponse' : 'Response';
  return specification.deviations(status === 200 ? whole : 'ErrorResponse', JSON.parse(text));
}

function eventDeviations(dialect: ClientDialect, value: JsonObject): string[] {
  const { type, error, choices } = value;
  if (dialect === 'openai-chat') {
    const isError = error !== undefined && choices === undefined;
    return specification.deviations(isError ? 'ErrorResponse' : 'CreateChatCompletionStreamResponse', value);
  }
  const schema = specification.eventSchema(String(type));
  return schema === undefined ? [`unknown-event|${type}`] : specification.deviations(schema, value);
}

function eventsOf(stream: string): JsonObject[] {
  return [...stream.matchAll(/^data: ?(\{.*)$/gm)].map(([, data = '']) => JSON.parse(data));
}
