import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { lastRow, ledgerRow } from '../support/ledger-rows.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { completion } from '../support/chat-replies.ts';

const secret = 'PROMPTSECRET-4711-nobody-else';

async function refusedCall(t: TestContext, keepBodies: boolean) {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-1' } },
      models: [{ id: 'lab/m' }],
      ledger: { keepBodies },
    },
  });
  const message = `Invalid value: "tell nobody that ${secret}" is too odd for messages.0.content`;
  const error = { message, type: 'invalid_request_error', param: 'messages.0.content', code: 'odd' };
  lab.behave('key-1', { status: 400, body: { error } });
  const messages = [{ role: 'user', content: `Please tell nobody that ${secret}.` }];
  const reply = await post(gateway, '/v1/chat/completions', { model: 'lab/m', max_tokens: 10, messages });
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), new RegExp(secret), 'the caller gets the full error');
  const row = await lastRow(gateway);
  return { row: row && (await gateway.app.ledger.show(row.id)), files: await databaseOf(gateway) };
}

/** The bytes of the database, as text. */
async function databaseOf({ home }: Pick<TestGateway, 'home'>): Promise<string> {
  const names = (await readdir(home)).filter((name) => name.startsWith('conclave.db'));
  const files = await Promise.all(names.map((name) => readFile(join(home, name), 'latin1')));
  assert.ok(files.length > 0);
  return files.join('');
}

test('a prompt that a provider quotes in its error is not in the ledger, but the error is', async (t) => {
  const { row, files } = await refusedCall(t, false);
  assert.ok(files.length > 0);
  assert.ok(!files.includes(secret), 'nowhere in the database’s files');
  assert.equal(row?.errorCode, 'invalid_request');
  assert.match(row?.errorMessage ?? '', /Invalid value: "…" is too odd for messages\.0\.content/);
  assert.match(row?.attempts[0]?.message ?? '', /"…" is too odd/);
  assert.equal(row?.attempts[0]?.status, 400);
});

test('if bodies are stored, an error is stored unchanged', async (t) => {
  const { row } = await refusedCall(t, true);
  assert.match(row?.attempts[0]?.message ?? '', new RegExp(secret));
});

test('a prompt whose answer was collected to be judged is not in the ledger either', async (t) => {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-1' } },
      models: [{ id: 'lab/m' }],
      ledger: { keepBodies: false },
    },
  });
  const messages = [{ role: 'user', content: `Please tell nobody that ${secret}.` }];
  const json_schema = { name: 'answer', schema: { type: 'object', properties: {} } };
  for (const [more, headers] of [
    [{ response_format: { type: 'json_schema', json_schema } }, {}],
    [{}, { 'x-conclave-check': '{"regex":"."}' }],
  ] as const) {
    const body = { model: 'lab/m', max_tokens: 10, messages, ...more };
    const reply = await post(gateway, '/v1/chat/completions', body, headers);
    assert.equal(reply.status, 200, await reply.text());
    const row = await ledgerRow(gateway, reply);
    assert.equal(row.state, 'ok');
    assert.equal(row.bodies, undefined);
  }
  assert.ok(!(await databaseOf(gateway)).includes(secret));
});

test('nor is one that is quoted in a warning of a call that succeeds at its second attempt', async (t) => {
  const call = { id: 'call_0', type: 'function', function: { name: 'weather', arguments: '{}' } };
  const calling = { content: null, reasoning_content: 'Hm.', tool_calls: [call] };
  const message = `No thoughts after "tell nobody that ${secret}"`;
  const lab = await startEchoingProvider(t, ({ body }) =>
    JSON.stringify(body['messages']).includes('reasoning_content')
      ? { status: 400, body: { error: { message, type: 'invalid_request_error', code: null } } }
      : { body: completion(calling, { finish: 'tool_calls' }) },
  );
  const quirks = { reasoningField: 'reasoning_content' } as const;
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'k', quirks } },
      ledger: { keepBodies: false },
      routing: { retries: 0 },
    },
  });
  const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
  const opening = [{ role: 'user', content: `Please tell nobody that ${secret}.` }];
  const told = { role: 'tool', tool_call_id: 'call_0', content: 'rain' };
  const next = [...opening, { role: 'assistant', content: null, tool_calls: [call] }, told];
  for (const messages of [opening, next]) {
    const body = { model: 'lab/m', max_tokens: 10, messages, tools };
    const reply = await post(gateway, '/v1/chat/completions', body);
    assert.equal(reply.status, 200, await reply.text());
  }
  const row = await lastRow(gateway);
  assert.equal(row.attempts.length, 2);
  assert.match(row.warnings.join(), /Retried without .*: No thoughts after "…"/);
  assert.ok(!(await databaseOf(gateway)).includes(secret));
});

test('nor is one that a step of a cascade quotes when it fails', async (t) => {
  const message = `Failed at "tell nobody that ${secret}", try again`;
  const lab = await startEchoingProvider(t, ({ body }) =>
    body['model'] === 'big'
      ? { body: completion() }
      : { status: 500, body: { error: { message, type: 'server_error', code: null } } },
  );
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'k' } },
      models: [
        { id: 'lab/small', family: 'a', tier: 'economy', price: { input: 0.1, output: 0.1 } },
        { id: 'lab/big', family: 'b', tier: 'frontier', price: { input: 10, output: 10 } },
      ],
      ledger: { keepBodies: false },
      routing: { retries: 0 },
    },
  });
  const messages = [{ role: 'user', content: `Please tell nobody that ${secret}.` }];
  const body = { model: 'cascade', max_tokens: 10, messages };
  const reply = await post(gateway, '/v1/chat/completions', body);
  assert.equal(reply.status, 200, await reply.text());
  const row = await ledgerRow(gateway, reply);
  assert.match(row.verdicts?.[0]?.because.join() ?? '', /Failed at "…", try again/);
  assert.ok(!(await databaseOf(gateway)).includes(secret));
});
