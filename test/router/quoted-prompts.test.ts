import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { post, startTestGateway } from '../support/gateway.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';

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
  const [row] = await gateway.app.ledger.recent({ limit: 1 });
  const files = await Promise.all(
    (await readdir(gateway.home))
      .filter((name) => name.startsWith('conclave.db'))
      .map((name) => readFile(join(gateway.home, name), 'latin1')),
  );
  return { row: row && (await gateway.app.ledger.show(row.id)), files: files.join('') };
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
