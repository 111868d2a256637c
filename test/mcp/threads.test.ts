import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator } from '../../src/simulator/server.ts';
import type { Cleanup } from '../support/gateway.ts';
import { stdioClient } from '../support/mcp-clients.ts';
import type { Asked } from '../support/mcp-client.ts';

type Data = {
  readonly continuation_id: string;
  readonly model: string;
  readonly models: readonly string[];
  readonly request_id: string;
  readonly reason: string;
  readonly warnings: string[];
};

const smallDiff = `diff --git a/sum.js b/sum.js
--- a/sum.js
+++ b/sum.js
@@ -1,1 +1,1 @@
-const sum = (a, b) => a - b;
+const sum = (a, b) => a + b;
`;

/** A provider `lab` whose one model has a window of 20,000 tokens. */
async function startLab(t: Cleanup) {
  const { url, close } = await startSimulator({ latency: 'none' });
  t.after(close);
  return {
    config: `providers:
  lab: { dialect: openai-chat, baseUrl: "${url}/openai/v1", apiKey: sim-key }
  anthropic: { baseUrl: "${url}/anthropic", apiKey: sim-key }
models: [{ id: lab/llama-70b, contextWindow: 20000 }]
`,
    async sent(): Promise<string[]> {
      const page = (await (await fetch(`${url}/__requests`)).json()) as { requests: Asked[] };
      return page.requests.map(({ body }) => JSON.stringify(body));
    },
  };
}

test('a thread continues after its server was killed, with its model and its first question', async (t) => {
  const lab = await startLab(t);
  const first = await stdioClient(t, { config: lab.config });
  const asked = await first.client.callTool({
    name: 'chat',
    arguments: { prompt: 'Question-1: what follows from this for the design of the cache?', model: 'haiku' },
  });
  const { continuation_id, model } = asked.structuredContent as Data;
  const { pid } = first.transport;
  assert.ok(pid);
  process.kill(pid, 'SIGKILL');

  const second = await stdioClient(t, { config: lab.config, home: first.home, folder: first.folder });
  const answer = await second.client.callTool({
    name: 'chat',
    arguments: { prompt: 'And then?', continuation_id },
  });
  assert.ok(!answer.isError, JSON.stringify(answer.content));
  assert.equal((answer.structuredContent as Data).model, model);
  const bodies = await lab.sent();
  assert.equal(bodies.at(-1)?.split('Question-1:').length, 2, 'the first question appears once');
});

test("a tool answers with the thread's last model, unless that is of a lower tier than the tool needs", async (t) => {
  const lab = await startLab(t);
  const { client } = await stdioClient(t, { config: lab.config });
  async function turn(name: string, given: Readonly<Record<string, unknown>>): Promise<Data> {
    const answer = await client.callTool({ name, arguments: given });
    assert.ok(!answer.isError, JSON.stringify(answer.content));
    return answer.structuredContent as Data;
  }
  const alone = await turn('thinkdeep', { prompt: 'Why would this deadlock?' });
  const prompt = 'And then?';
  const first = await turn('chat', { prompt: 'Question-1: what may deadlock here?', model: 'haiku' });
  const { continuation_id } = first;
  const chatted = await turn('chat', { prompt, continuation_id });
  assert.equal(chatted.model, first.model, 'the caller chose this model for this tool');
  const thought = await turn('thinkdeep', { prompt, continuation_id });
  assert.equal(thought.model, alone.model);
  assert.notEqual(thought.model, first.model);
  assert.match((await lab.sent()).at(-1) ?? '', /Question-1:/);
  const why = async ({ request_id }: Data) => (await turn('explain', { request_id })).reason;
  assert.match(await why(first), /claude-haiku-\S+ was asked for$/);
  assert.match(await why(chatted), /claude-haiku-\S+ is the thread's last model$/);
  assert.match(await why(thought), /claude-opus-\S+ is the strongest available for thinkdeep$/);
  const after = await turn('chat', { prompt, continuation_id });
  assert.equal(after.model, thought.model, 'a stronger model than needed is kept');
  const named = await turn('thinkdeep', { prompt, continuation_id, model: 'haiku' });
  assert.equal(named.model, first.model);

  const scanned = await turn('precommit', { diff: smallDiff });
  const audited = await turn('secaudit', { diff: smallDiff, continuation_id: scanned.continuation_id });
  assert.deepEqual(scanned.models, [first.model]);
  assert.deepEqual(audited.models, [alone.model]);
  const personas = ['security', 'performance'];
  const reviewed = await turn('codereview', { diff: smallDiff, personas, continuation_id });
  assert.equal(reviewed.models.length, 2, 'personas need different families');
});

test('turns that no longer fit are dropped oldest first, and both the model and the caller are told', async (t) => {
  const lab = await startLab(t);
  const { client } = await stdioClient(t, { config: lab.config });
  let thread: string | undefined;
  let data: Data | undefined;
  for (let turn = 1; turn <= 5; turn += 1) {
    const prompt = `MARKER-${turn}. ${'Some words of a long question. '.repeat(600)}`;
    const answer = await client.callTool({
      name: 'chat',
      arguments: { prompt, model: 'lab/llama-70b', ...(thread && { continuation_id: thread }) },
    });
    assert.ok(!answer.isError, JSON.stringify(answer.content));
    data = answer.structuredContent as Data;
    thread = data.continuation_id;
  }
  const note = /The \d+ oldest messages of this thread \(about \d+ tokens\) do not fit and are left out\./;
  assert.match(data?.warnings.join(' ') ?? '', note);
  const last = (await lab.sent()).at(-1) ?? '';
  assert.match(last, note);
  assert.doesNotMatch(last, /MARKER-1\./);
  assert.match(last, /MARKER-4\..*MARKER-5\./s);
  const { turns } = (
    await client.callTool({ name: 'threads', arguments: { action: 'show', continuation_id: thread } })
  ).structuredContent as { turns: unknown[] };
  assert.equal(turns.length, 10, 'no turn is lost from the store');
  const reviewed = await client.callTool({
    name: 'codereview',
    arguments: { diff: smallDiff, model: 'lab/llama-70b', continuation_id: thread },
  });
  assert.match((reviewed.structuredContent as Data).warnings.join(' '), note);
});
