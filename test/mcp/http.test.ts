import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { McpServer } from '@modelcontextprotocol/server';
import type { JsonObject } from '../../src/core/json/json.ts';
import { httpSessions } from '../../src/surfaces/mcp/http-sessions.ts';
import { openTestGateway, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { eras, httpClient } from '../support/mcp-clients.ts';
import { startSlowProvider } from '../providers/slow-provider.ts';
import { tempFolder } from '../support/temp-folder.ts';

type Data = { readonly text: string; readonly continuation_id: string; readonly threads: unknown[] };

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

for (const era of eras) {
  test(`a client over HTTP, ${era}, asks a model, and its key is charged`, async (t) => {
    const gateway = await startTestGateway(t);
    const client = await httpClient(t, gateway, era);
    const answer = await client.callTool({
      name: 'chat',
      arguments: { prompt: 'What is 6*7?', model: 'haiku' },
    });
    assert.match((answer.structuredContent as Data).text, /42/);
    const { rows } = await gateway.app.ledger.costs({ since: 0, by: 'key' });
    assert.deepEqual(
      rows.map(({ name, calls }) => [name, calls]),
      [['local', 1]],
    );
  });

  test(`over HTTP, ${era}, a key without a grant reads no file, and one with a grant reads only its folder`, async (t) => {
    const folder = tempFolder(t, { 'src/a.md': 'MARKER-A', 'secret/b.md': 'MARKER-B' });
    const gateway = await startTestGateway(t, {
      config: (simulator) => ({
        providers: { openai: { baseUrl: `${simulator.url}/openai/v1`, apiKey: 'key' } },
        tools: { keyRoots: { reader: [`${folder}/src`] } },
      }),
    });
    const ask = async (key: string, files: string[]) =>
      (await httpClient(t, { ...gateway, key }, era)).callTool({
        name: 'chat',
        arguments: { prompt: 'Read', model: 'gpt-mini', files },
      });
    const { key } = await gateway.app.keys.issue({ name: 'reader', budgets: [] });
    assert.ok(!(await ask(key, ['a.md'])).isError);
    assert.match(text(await ask(key, ['../secret/b.md'])), /permission: .*outside/);
    assert.match(
      text(await ask(gateway.key, [`${folder}/src/a.md`])),
      /permission: .*no access to files.*inline/,
    );
    assert.equal(
      (await gateway.app.ledger.recent({ limit: 9 })).length,
      1,
      'only the granted read was asked',
    );
  });

  test(`over HTTP, ${era}, nothing of this machine is readable without a grant: no file, image, folder or repository`, async (t) => {
    const folder = tempFolder(t, { 'a.md': 'MARKER', 'b.png': Buffer.from([0x89, 0x50, 0x4e, 0x47]) });
    const gateway = await startTestGateway(t);
    const client = await httpClient(t, gateway, era);
    const { tools } = await client.listTools();
    for (const { name, inputSchema } of tools) {
      const takes = (argument: string) => argument in (inputSchema.properties ?? {});
      const prompt = takes('prompt') ? { prompt: 'Look' } : {};
      const diff = takes('diff') ? { diff: '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n' } : {};
      const reaches: Record<string, unknown>[] = [
        ...(takes('files')
          ? [
              { ...prompt, files: [`${folder}/a.md`] },
              { ...prompt, files: ['.'] },
            ]
          : []),
        ...(takes('images') ? [{ ...prompt, images: [`${folder}/b.png`] }] : []),
        ...(takes('context') ? [{ ...prompt, ...diff, context: [`${folder}/a.md`] }] : []),
        ...(takes('range') ? [{ ...prompt, range: 'HEAD~1..HEAD' }] : []),
        ...(takes('include') ? [{ ...prompt }] : []),
      ];
      for (const args of reaches) {
        const answer = await client.callTool({ name, arguments: args });
        assert.equal(answer.isError, true, `${name} ${JSON.stringify(args)}: ${text(answer)}`);
        assert.match(text(answer), /^(permission|not_found|invalid_request): /, name);
      }
    }
    assert.deepEqual(await gateway.app.ledger.recent({ limit: 9 }), []);

    const inline = await client.callTool({
      name: 'codereview',
      arguments: {
        diff: '--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-a\n+eval(input)\n',
        context: [{ path: 'y.ts', text: 'b' }],
      },
    });
    assert.ok(!inline.isError, `what is sent along is reviewed: ${text(inline)}`);
  });

  test(`over HTTP, ${era}, no key sees, continues or deletes another's threads`, async (t) => {
    const gateway = await startTestGateway(t);
    const { key } = await gateway.app.keys.issue({ name: 'other', budgets: [] });
    const mine = await httpClient(t, gateway, era);
    const theirs = await httpClient(t, { ...gateway, key }, era);
    const first = await mine.callTool({ name: 'chat', arguments: { prompt: 'Mine', model: 'haiku' } });
    const { continuation_id } = first.structuredContent as Data;
    const listed = await theirs.callTool({ name: 'threads', arguments: {} });
    assert.deepEqual((listed.structuredContent as Data).threads, []);
    const tries: [string, Record<string, unknown>][] = [
      ['chat', { prompt: 'Go on', continuation_id }],
      ['threads', { action: 'show', continuation_id }],
      ['threads', { action: 'delete', continuation_id }],
    ];
    for (const [name, args] of tries) {
      assert.match(text(await theirs.callTool({ name, arguments: args })), /^not_found: /);
    }
    const kept = await mine.callTool({ name: 'threads', arguments: {} });
    assert.equal((kept.structuredContent as Data).threads.length, 1);
  });
}

test('/mcp requires a key and an allowed Host and Origin, and refuses in JSON-RPC', async (t) => {
  const gateway = await startTestGateway(t);
  const none = await send(gateway, initialize, { authorization: '' });
  assert.equal(none.status, 401);
  assert.match(none.headers['www-authenticate'] ?? '', /^Bearer/);
  const wrong = await send(gateway, initialize, { authorization: 'Bearer wrong' });
  assert.equal(wrong.status, 401);
  const foreign = await send(gateway, initialize, { origin: 'https://evil.example' });
  assert.equal(foreign.status, 403);
  const rebound = await send(gateway, initialize, { host: 'evil.example' });
  assert.equal(rebound.status, 403);
  const broken = await send(gateway, '{"jsonrpc": "2.0", "id": 1,');
  assert.equal(broken.status, 400);
  for (const { body } of [none, wrong, foreign, rebound, broken]) {
    const { jsonrpc, error } = JSON.parse(body) as { jsonrpc: string; error: { message: string } };
    assert.equal(jsonrpc, '2.0');
    assert.ok(error.message.length > 10);
  }
});

test('a session belongs to the key that started it', async (t) => {
  const gateway = await startTestGateway(t);
  const { key } = await gateway.app.keys.issue({ name: 'other', budgets: [] });
  const begun = await send(gateway, initialize);
  const session = String(begun.headers['mcp-session-id']);
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} };
  const own = await send(gateway, list, { 'mcp-session-id': session });
  assert.equal(own.status, 200);
  const stolen = await send(gateway, list, { 'mcp-session-id': session, authorization: `Bearer ${key}` });
  assert.equal(stolen.status, 404);
  const without = await send(gateway, list);
  assert.equal(without.status, 400);
  assert.match(without.body, /initialize/);
});

test('what a key may use is read anew for every call of its open sessions', async (t) => {
  const gateway = await startTestGateway(t);
  const { key, stored } = await gateway.app.keys.issue({ name: 'narrowed', budgets: [] });
  const client = await httpClient(t, { ...gateway, key }, 'legacy');
  const model = 'anthropic/claude-haiku-5-5';
  const ask = () => client.callTool({ name: 'chat', arguments: { prompt: 'Hi', model } });
  assert.ok(!(await ask()).isError);
  await gateway.app.keys.change(stored, { models: ['openai/*'] });
  const refused = await ask();
  assert.equal(refused.isError, true, text(refused));
  assert.match(text(refused), /the key "narrowed" may not use/);
});

/** Sessions of one key whose clock the test moves. */
function timedSessions() {
  const minute = 60_000;
  let at = 0;
  let sessionsBegun = 0;
  const sessions = httpSessions({
    serverFor: async () => new McpServer({ name: 'test', version: '1' }),
    now: () => at,
    newId: () => String((sessionsBegun += 1)),
    onerror: assert.ifError,
  });
  const principal = { keyId: 'k', name: 'k', boundedCost: false, admin: false };
  async function say(body: JsonObject | undefined, session?: string): Promise<Response> {
    const headers = {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...(session !== undefined && { 'mcp-session-id': session }),
    };
    const method = body ? 'POST' : 'DELETE';
    const request = new Request('http://conclave/mcp', { method, headers });
    const response = await sessions.serve(request, { principal, ...(body && { body }) });
    await response.text();
    sessions.ended(request);
    return response;
  }
  return {
    begin: async () => String((await say(initialize)).headers.get('mcp-session-id')),
    statusOf: async (session: string) =>
      (await say({ jsonrpc: '2.0', id: 2, method: 'ping' }, session)).status,
    end: (session: string) => say(undefined, session),
    waitMinutes: (minutes: number) => {
      at += minutes * minute;
    },
    close: () => sessions.close(),
  };
}

test('a session lives for half an hour after its last request', async (t) => {
  const { begin, statusOf, waitMinutes, close } = timedSessions();
  t.after(close);
  const session = await begin();
  for (let turns = 0; turns < 3; turns += 1) {
    waitMinutes(29);
    await begin();
    assert.equal(await statusOf(session), 200);
  }
  waitMinutes(31);
  await begin();
  assert.equal(await statusOf(session), 404);
});

test('a session that its client ended is gone at once', async (t) => {
  const { begin, statusOf, end, close } = timedSessions();
  t.after(close);
  const [ended, other] = [await begin(), await begin()];
  assert.equal((await end(ended)).status, 200);
  assert.equal(await statusOf(ended), 404);
  assert.equal(await statusOf(other), 200);
});

test('a key has up to 64 sessions, and those that its client ended do not count', async (t) => {
  const { begin, statusOf, end, close } = timedSessions();
  t.after(close);
  const first = await begin();
  for (let more = 1; more < 63; more += 1) await begin();
  await end(await begin());
  await begin();
  assert.equal(await statusOf(first), 200);
  await begin();
  assert.equal(await statusOf(first), 404);
});

test('a key with too many sessions loses the one that was idle longest, never one with a call in progress', async (t) => {
  const provider = await startSlowProvider(t, 60_000);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { slow: { dialect: 'openai-chat', baseUrl: provider.url, apiKey: 'key' } },
      models: [{ id: 'slow/one' }],
    },
  });
  const begin = async () => ({
    'mcp-session-id': String((await send(gateway, initialize)).headers['mcp-session-id']),
  });
  const busy = await begin();
  const idle = await begin();
  const arrived = provider.arrival();
  const params = { name: 'chat', arguments: { prompt: 'Hi', model: 'slow/one' } };
  void send(gateway, { jsonrpc: '2.0', id: 3, method: 'tools/call', params }, busy).catch(() => undefined);
  await arrived;
  for (let more = 0; more < 64; more += 1) await begin();
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} };
  assert.equal((await send(gateway, list, busy)).status, 200);
  assert.equal((await send(gateway, list, idle)).status, 404);
});

test('a stopping gateway does not wait for cancelled calls or for streams that only carry notifications', async (t) => {
  const provider = await startSlowProvider(t, 60_000);
  const gateway = await openTestGateway({
    config: {
      providers: { slow: { dialect: 'openai-chat', baseUrl: provider.url, apiKey: 'key' } },
      models: [{ id: 'slow/one' }],
    },
  });
  // A client with a handshake opens a separate event stream for notifications.
  const client = await httpClient(t, gateway, 'legacy');
  const stop = new AbortController();
  const arrived = provider.arrival();
  const call = client.callTool(
    { name: 'chat', arguments: { prompt: 'Hi', model: 'slow/one' } },
    { signal: stop.signal },
  );
  const { hungUp } = await arrived;
  stop.abort();
  await assert.rejects(call);
  await hungUp;
  const startedAt = performance.now();
  await gateway.close();
  assert.ok(performance.now() - startedAt < 10_000, 'the gateway does not wait until the end of draining');
});

test('a stopping gateway does not wait for a client of the newest revision that listens for changes', async () => {
  const gateway = await openTestGateway();
  const cleanups: (() => Promise<void>)[] = [];
  const client = await httpClient({ after: (step) => void cleanups.push(step) }, gateway, 'auto');
  const listening = await client.listen({ toolsListChanged: true });
  const startedAt = performance.now();
  await gateway.close();
  assert.ok(performance.now() - startedAt < 10_000, 'the gateway does not wait until the end of draining');
  await listening.close();
  for (const step of cleanups) await step();
});

type Sent = { status: number; headers: Record<string, string | undefined>; body: string };

/** Not `fetch`, which does not allow a false Host header. */
function send(
  { url, key }: TestGateway,
  message: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Sent> {
  const all = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/mcp`, { method: 'POST', headers: all }, (response) => {
      let body = '';
      response.on('data', (piece: Buffer) => (body += piece.toString()));
      response.on('end', () =>
        // Repeated headers are arrays; none of the headers under test is repeated.
        resolve({ status: response.statusCode ?? 0, headers: response.headers as Sent['headers'], body }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(typeof message === 'string' ? message : JSON.stringify(message));
  });
}

function text(result: { readonly content?: unknown }): string {
  const [first] = result.content as { text: string }[];
  return first?.text ?? '';
}

test('a key that is disabled while a panel runs makes no further call', async (t) => {
  const provider = await startSlowProvider(t, 30_000);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { slow: { dialect: 'openai-chat', baseUrl: provider.url, apiKey: 'k' } },
      models: ['slow/one', 'slow/two'].map((id) => ({ id, price: { input: 1, output: 1 } })),
    },
  });
  const { key, stored } = await gateway.app.keys.issue({ name: 'lost', budgets: [] });
  const [era] = eras;
  assert.ok(era);
  const client = await httpClient(t, { ...gateway, key }, era);
  const panel = client.callTool({
    name: 'consensus',
    arguments: { prompt: 'Tabs or spaces?', mode: 'answer', models: ['slow/one', 'slow/two'] },
  });
  await provider.arrivals(2);
  await gateway.app.keys.change(stored, { disabled: true });
  provider.answerAll();
  assert.match(text(await panel), /no model could write a summary/);
  const asked = await gateway.app.ledger.recent({ limit: 9 });
  assert.equal(asked.flatMap(({ attempts }) => attempts).length, 2);
});
