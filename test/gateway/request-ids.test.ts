import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { openTestGateway, post, type TestGateway } from '../support/gateway.ts';

// One id identifies a reply everywhere: for Conclave's users, in the SDK of the client's dialect, in the body of an
// error and in the log. For a call, it is the id of its ledger row.

let gateway: TestGateway;
let logged: () => readonly { readonly requestId?: unknown }[];
before(async () => {
  gateway = await openTestGateway();
  const info = mock.method(gateway.app.log, 'info');
  logged = () => info.mock.calls.map((call) => call.arguments[0]);
});
after(() => gateway.close());

const messages = [{ role: 'user' as const, content: 'Hello' }];
const openai = (apiKey = gateway.key) => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 });
const anthropic = (apiKey = gateway.key) => new Anthropic({ baseURL: gateway.url, apiKey, maxRetries: 0 });
const gpt = 'openai/gpt-5-mini';
const claude = 'anthropic/claude-haiku-4-5';

for (const model of [gpt, claude]) {
  test(`OpenAI's SDK reports the ledger row of every answer of ${model} as its request id`, async () => {
    const chat = { model, messages };
    await isRow((await openai().chat.completions.create(chat))._request_id);
    await isRow((await openai().responses.create({ model, input: 'Hello' }))._request_id);
    const streamed = await openai()
      .chat.completions.create({ ...chat, stream: true })
      .withResponse();
    for await (const _ of streamed.data);
    await isRow(streamed.request_id);
  });

  test(`Anthropic's SDK reports the ledger row of every answer of ${model} as its request id`, async () => {
    const asked = { model, messages, max_tokens: 50 };
    await isRow((await anthropic().messages.create(asked))._request_id);
    const streamed = await anthropic()
      .messages.create({ ...asked, stream: true })
      .withResponse();
    for await (const _ of streamed.data);
    await isRow(streamed.request_id);
  });
}

test("the provider's own request id is also stored", async () => {
  for (const [path, model] of [
    ['/v1/chat/completions', gpt],
    ['/v1/messages', claude],
  ] as const) {
    const { headers } = await post(gateway, path, { model, messages, max_tokens: 50 });
    const own = headers.get('x-conclave-request-id');
    assert.ok(headers.get('x-conclave-provider-request-id'));
    assert.notEqual(headers.get('x-conclave-provider-request-id'), own);
  }
});

test("a failed call has its row's id, also in its body", async () => {
  const model = `${gpt}!fault=400`;
  const failures = [
    await openai().chat.completions.create({ model, messages }).catch(thrown),
    await anthropic().messages.create({ model, messages, max_tokens: 50 }).catch(thrown),
  ];
  for (const { requestID } of failures.map(failure)) {
    await isRow(requestID);
  }
});

test('a request that never became a call also has an id, which the log contains', async () => {
  const wrong = 'sk-conclave-unknown';
  const asked = { model: claude, messages, max_tokens: 50 };
  const bad = { ...asked, messages: 'none' as never };
  const failures = [
    await anthropic(wrong).messages.create(asked).catch(thrown),
    await anthropic(wrong).models.list().catch(thrown),
    await anthropic().messages.create(bad).catch(thrown),
    await anthropic().models.retrieve('nobodys-model').catch(thrown),
    await openai(wrong).chat.completions.create({ model: gpt, messages }).catch(thrown),
    await openai(wrong).models.list().catch(thrown),
    await openai()
      .chat.completions.create({ model: gpt, messages: 'none' as never })
      .catch(thrown),
  ];
  for (const { requestID } of failures.map(failure)) {
    isLogged(requestID);
  }
});

test('lists and token counts also have an id', async () => {
  for (const { request_id: id } of [
    await anthropic().messages.countTokens({ model: claude, messages }).withResponse(),
    await anthropic().models.list().withResponse(),
    await anthropic().models.retrieve(claude).withResponse(),
    await openai().models.list().withResponse(),
    await openai().models.retrieve(gpt).withResponse(),
  ]) {
    isLogged(id);
  }
});

async function isRow(id: string | null | undefined): Promise<void> {
  assert.ok(id);
  assert.ok(await gateway.app.ledger.show(id), `${id} is a row`);
}

function isLogged(id: string | null | undefined): void {
  assert.ok(id);
  assert.ok(
    logged().some(({ requestId }) => requestId === id),
    `${id} is logged`,
  );
}

const thrown = (error: unknown) => error;

/** The id as the SDKs report it; Anthropic's body also contains it. */
function failure(thrown: unknown): { readonly requestID: string | null | undefined } {
  if (thrown instanceof Anthropic.APIError) {
    const { request_id: said } = thrown.error as { request_id?: string }; // the body
    assert.equal(said, thrown.requestID);
    return thrown;
  }
  assert.ok(thrown instanceof OpenAI.APIError, String(thrown));
  return thrown;
}
