import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator } from '../../src/simulator/server.ts';
import type { Cleanup } from '../support/gateway.ts';
import { stdioClient } from '../support/mcp-clients.ts';
import type { Asked } from '../support/mcp-client.ts';

type Data = { readonly continuation_id: string; readonly model: string; readonly warnings: string[] };

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
    name: 'thinkdeep',
    arguments: { prompt: 'And then?', continuation_id },
  });
  assert.ok(!answer.isError, JSON.stringify(answer.content));
  assert.equal((answer.structuredContent as Data).model, model);
  const bodies = await lab.sent();
  assert.equal(bodies.at(-1)?.split('Question-1:').length, 2, 'the first question appears once');
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
});
