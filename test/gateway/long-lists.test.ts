import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DialectId } from '../../src/core/wire/content.ts';
import { openTestGateway, post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { startLocalServer } from '../support/local-server.ts';
import { ownSamples, replyBytes } from '../support/recorded-replies.ts';

// A request may hold as many items as fit into its body. More than about 120,000 arguments of one function are an error
// of the engine, so nothing may pass a request's items as arguments.

const many = 130_000;

const list = <Item>(item: (at: number) => Item, length = many): Item[] =>
  Array.from({ length }, (_, at) => item(at));

const user = { role: 'user', content: 'a' };
const text = { type: 'text', text: 'a' };
const named = (at: number) => ({ name: `f${at}` });

/** One joins a conversation's messages into turns, the other splits them into items. */
const providers: readonly DialectId[] = ['anthropic-messages', 'openai-responses'];

type Asked = { readonly path: string; readonly requests: Readonly<Record<string, object>> };

/** Requests by what they have many of. */
const clients: readonly Asked[] = [
  {
    path: '/v1/chat/completions',
    requests: {
      'system messages': { messages: [...list(() => ({ role: 'system', content: 'a' })), user] },
      'parts of a system message': { messages: [{ role: 'system', content: list(() => text) }, user] },
      'parts of an answer': { messages: [user, { role: 'assistant', content: list(() => text) }, user] },
      results: {
        messages: [user, ...list((at) => ({ role: 'tool', tool_call_id: `c${at}`, content: 'a' }))],
      },
      tools: { messages: [user], tools: list((at) => ({ type: 'function', function: named(at) })) },
    },
  },
  {
    path: '/v1/messages',
    requests: {
      'system blocks': { system: list(() => text), messages: [user] },
      'calls and results': {
        messages: [
          user,
          {
            role: 'assistant',
            content: list((at) => ({ type: 'tool_use', id: `c${at}`, name: 'f', input: {} })),
          },
          { role: 'user', content: list((at) => ({ type: 'tool_result', tool_use_id: `c${at}` })) },
        ],
      },
      tools: { messages: [user], tools: list((at) => ({ ...named(at), input_schema: { type: 'object' } })) },
    },
  },
  {
    path: '/v1/responses',
    requests: {
      'parts of an answer': {
        input: [{ role: 'assistant', content: list(() => ({ type: 'output_text', text: 'a' })) }, user],
      },
      'calls and results': {
        input: [
          ...list((at) => ({ type: 'function_call', call_id: `c${at}`, name: 'f', arguments: '{}' })),
          ...list((at) => ({ type: 'function_call_output', call_id: `c${at}`, output: 'a' })),
        ],
      },
      'tools in a namespace': {
        input: 'a',
        tools: [{ type: 'namespace', name: 'n', tools: list((at) => ({ type: 'function', ...named(at) })) }],
      },
    },
  },
];

describe('a list that is longer than a function may have arguments', () => {
  const cleanups: (() => Promise<void>)[] = [];
  let gateway: TestGateway;

  before(async () => {
    const url = await startAnsweringAtOnce({ after: (clean) => cleanups.push(clean) });
    gateway = await openTestGateway({
      config: {
        providers: Object.fromEntries(providers.map((id) => [id, providerOf(id, url)])),
        models: providers.map((id) => ({
          id: `${id}/m`,
          contextWindow: 100_000_000,
          price: { input: 0, output: 0 },
        })),
      },
    });
  });
  after(async () => {
    await gateway.close();
    for (const clean of cleanups) await clean();
  });

  for (const { path, requests } of clients) {
    for (const [what, body] of Object.entries(requests)) {
      for (const id of providers) {
        test(`${path} to ${id}: ${what}`, async () => {
          const reply = await post(gateway, path, { model: `${id}/m`, max_tokens: 9, ...body });
          assert.equal(reply.status, 200, (await reply.text()).slice(0, 300));
        });
      }
    }
  }
});

test('embeddings of as many texts, and vectors of as many numbers', async (t) => {
  const vectors = { many: list(() => ({ values: [1] })), long: [{ values: list(() => 1) }] };
  for (const [input, embeddings] of [
    [list(() => 'a'), vectors.many],
    ['a', vectors.long],
  ] as const) {
    const url = await startLocalServer(t, (request, response) => {
      request.resume().once('end', () => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ embeddings }));
      });
    });
    const gateway = await startTestGateway(t, {
      config: { providers: { 'google-generate': providerOf('google-generate', url) } },
    });
    const reply = await post(gateway, '/v1/embeddings', { model: 'google-generate/m', input });
    const { data } = (await reply.json()) as { data: { embedding: number[] }[] };
    assert.deepEqual(
      [reply.status, data.length, data[0]?.embedding.length],
      [200, embeddings.length, embeddings[0]?.values.length],
    );
  }
});

function providerOf(dialect: DialectId, origin: string) {
  return { dialect, baseUrl: `${origin}/${dialect}`, apiKey: 'k' };
}

/** A provider of these dialects that reads each request to its end and answers the same to all of them. */
async function startAnsweringAtOnce(t: { after(clean: () => Promise<void>): void }): Promise<string> {
  const answers = providers.map((id) => {
    const sample = ownSamples(id).find((one) => one.id === `${id}.text`);
    return { folder: `/${id}/`, bytes: sample && replyBytes(sample) };
  });
  return startLocalServer(t, (request, response) => {
    const answer = answers.find(({ folder }) => request.url?.startsWith(folder))?.bytes;
    request.resume().once('end', () => {
      response.writeHead(request.method === 'POST' && answer ? 200 : 404, {
        'content-type': 'application/json',
      });
      response.end(answer);
    });
  });
}
