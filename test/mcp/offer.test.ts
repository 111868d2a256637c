import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Client } from '@modelcontextprotocol/client';
import { findingSchema } from '../../src/core/finding.ts';
import { exactCounter } from '../../src/files/count-tokens.ts';
import { slashCommands } from '../../src/surfaces/mcp/slash-commands.ts';
import { startTestGateway } from '../support/gateway.ts';
import { eras, httpClient, transports } from '../support/mcp-clients.ts';
import { startSlowProvider } from '../providers/slow-provider.ts';

/** The context that tools/list may take, less what is reserved for one more tool. */
const listBudget = 24_000 - 1_500;

/** The values that the protocol assumes for missing hints. */
const assumedHints = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
};

const mainTools =
  'analyze apilookup challenge chat codereview costs debug docgen explain listmodels planner precommit refactor secaudit testgen thinkdeep threads tracer version'.split(
    ' ',
  );

test('tools/list is one page, small enough to leave room, shallow, and describes each tool correctly', async (t) => {
  const client = await httpClient(t, await startTestGateway(t));
  const page = await client.request({ method: 'tools/list', params: {} });
  assert.equal(page.nextCursor, undefined);
  const { tools } = page;
  const size = JSON.stringify(tools).length;
  assert.ok(size <= listBudget, `${size} characters`);
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  for (const name of mainTools) assert.ok(byName.has(name), name);
  const hints = (name: string) => ({ ...assumedHints, ...byName.get(name)?.annotations });
  for (const { name, title, description, outputSchema } of tools) {
    assert.ok(title && description && outputSchema, name);
    assert.ok(depthOf(outputSchema) <= 3, `the answer of ${name} is ${depthOf(outputSchema)} deep`);
    // A tool that asks a model spends money, stores a thread and sends data from this machine.
    assert.ok(!(hints(name).openWorldHint && hints(name).readOnlyHint), name);
  }
  assert.equal(hints('costs').readOnlyHint, true);
  assert.equal(hints('costs').openWorldHint, false);
  assert.equal(hints('chat').idempotentHint, false);
  assert.deepEqual(
    [...byName.keys()].filter((name) => !hints(name).readOnlyHint && hints(name).destructiveHint),
    ['threads'],
    'only threads can be deleted',
  );
});

test('a disabled tool is neither listed nor callable, and has no slash command', async (t) => {
  const gateway = await startTestGateway(t, { config: { tools: { disabled: ['codereview', 'costs'] } } });
  const client = await httpClient(t, gateway);
  const names = new Set((await client.listTools()).tools.map(({ name }) => name));
  assert.ok(names.has('precommit') && !names.has('codereview'));
  const prompts = new Set((await client.listPrompts()).prompts.map(({ name }) => name));
  assert.ok(prompts.has('precommit') && !prompts.has('codereview'));
  const resources = new Set((await client.listResources()).resources.map(({ uri }) => uri));
  assert.ok(resources.has('conclave://models') && !resources.has('conclave://costs'));
  await assert.rejects(client.callTool({ name: 'codereview', arguments: {} }), /codereview/);
});

for (const era of eras) {
  test(`a review that a client of one maker asks for, ${era}, goes to another maker’s model`, async (t) => {
    const gateway = await startTestGateway(t);
    const diff = '--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-a\n+eval(input)\n';
    for (const [name, maker] of [
      ['claude-code', 'anthropic'],
      ['codex', 'openai'],
      ['gemini-cli', 'google'],
    ] as const) {
      const client = await httpClient(t, gateway, era, name);
      const answer = await client.callTool({ name: 'codereview', arguments: { diff } });
      const { models = [] } = answer.structuredContent as { models?: string[] };
      assert.ok(models.length > 0, JSON.stringify(answer.content));
      for (const model of models) assert.notEqual(model.split('/')[0], maker, name);
    }
  });

  test(`slash commands, ${era}, tell the agent which tool to call, and with what`, async (t) => {
    const client = await httpClient(t, await startTestGateway(t), era);
    const { prompts } = await client.listPrompts();
    for (const name of ['chat', 'codereview', 'debug', 'planner', 'precommit', 'thinkdeep']) {
      const prompt = prompts.find((candidate) => candidate.name === name);
      assert.ok(prompt?.description && prompt.arguments?.some((argument) => argument.name === 'about'), name);
    }
    assert.match(await said(client, 'codereview', {}), /tool codereview\. .*not committed/);
    const asked = await said(client, 'chat', { about: 'Is it sound?', model: 'opus' });
    assert.match(asked, /tool chat\. .*Is it sound\? Ask the model opus\./);
    await assert.rejects(said(client, 'chat', {}), /about/);

    const { tools } = await client.listTools();
    for (const { name } of prompts) {
      // For a panel the given model takes a seat; there, `model` is the one that sums up.
      const takes = tools.find((tool) => tool.name === name)?.inputSchema.properties ?? {};
      const takesOne = 'model' in takes && name !== 'consensus';
      const asked = await said(client, name, { about: 'It', model: 'opus' });
      assert.equal(asked.includes('Ask the model opus.'), takesOne, name);
      assert.match(asked, /opus/);
    }
  });

  test(`resources, ${era}, show schemas, models, costs, threads and calls of the reading key`, async (t) => {
    const gateway = await startTestGateway(t);
    const client = await httpClient(t, gateway, era);
    const answer = await client.callTool({
      name: 'chat',
      arguments: { prompt: 'What is 6*7?', model: 'haiku' },
    });
    const { continuation_id, request_id } = answer.structuredContent as Record<string, string>;

    const { resources } = await client.listResources();
    for (const { uri, mimeType } of resources) {
      assert.equal(mimeType, 'application/json');
      await read(client, uri);
    }
    assert.deepEqual(await read(client, 'conclave://schemas/finding'), findingSchema);
    const { models } = await read(client, 'conclave://models');
    assert.ok((models as { id: string }[]).some(({ id }) => id.startsWith('anthropic/')));
    assert.equal((await read(client, 'conclave://costs'))['calls'], 1);

    const { resourceTemplates } = await client.listResourceTemplates();
    assert.equal(resourceTemplates.length, 2);
    const { turns } = await read(client, `conclave://threads/${continuation_id}`);
    assert.match(JSON.stringify(turns), /What is 6\*7\?.*42/);
    assert.equal((await read(client, `conclave://calls/${request_id}`))['state'], 'ok');

    const { key } = await gateway.app.keys.issue({ name: 'other', budgets: [] });
    const other = await httpClient(t, { ...gateway, key }, era);
    for (const uri of [`conclave://threads/${continuation_id}`, `conclave://calls/${request_id}`]) {
      await assert.rejects(read(other, uri), /not found/i);
    }
  });
}

test('an answer ends with one line of model, cost, duration and request id', async (t) => {
  const client = await httpClient(t, await startTestGateway(t));
  const answer = await client.callTool({ name: 'chat', arguments: { prompt: 'Hello', model: 'haiku' } });
  const line = textOf(answer).split('\n').at(-1) ?? '';
  assert.match(line, /^anthropic\/claude-haiku-5-5 · \$0\.\d+ · \d+\.\d s · req_\w+ · continue: thread_\w+$/);
});

test('an answer longer than clients accept is cut, and says where to find the rest', async (t) => {
  const long = Array.from({ length: 6_000 }, (_, i) => `Sentence ${i} of an endless answer.`).join('\n');
  const provider = await startSlowProvider(t, 0, long);
  const client = await transports.http(t, provider.config, 'auto');
  const answer = await client.callTool({ name: 'chat', arguments: { prompt: 'Go on', model: 'slow/one' } });
  const text = textOf(answer);
  const tokens = (await exactCounter())(text);
  assert.ok(tokens < 25_000, `${tokens} tokens`);
  const uri = /conclave:\/\/threads\/\w+/.exec(text)?.[0] ?? '';
  assert.match(JSON.stringify(await read(client, uri)), /Sentence 5999 of/);
});

test('the page about MCP names every slash command', () => {
  const page = readFileSync(new URL('../../docs/mcp.md', import.meta.url), 'utf8');
  for (const { tool } of slashCommands) assert.ok(page.includes(`\`${tool}\``), tool);
});

async function said(client: Client, name: string, args: Record<string, string>): Promise<string> {
  const { messages } = await client.getPrompt({ name, arguments: args });
  const [message] = messages;
  return message?.content.type === 'text' ? message.content.text : '';
}

async function read(client: Client, uri: string): Promise<Record<string, unknown>> {
  const { contents } = await client.readResource({ uri });
  const [content] = contents;
  return JSON.parse(content && 'text' in content ? content.text : '') as Record<string, unknown>;
}

function textOf(result: { readonly content?: unknown }): string {
  const [first] = result.content as { text: string }[];
  return first?.text ?? '';
}

/** The nesting depth of objects, not counting lists. */
function depthOf(schema: unknown): number {
  if (typeof schema !== 'object' || schema === null) return 0;
  const { properties, items, anyOf } = schema as Record<string, unknown>;
  const inside = [items, ...(Array.isArray(anyOf) ? (anyOf as unknown[]) : [])].map(depthOf);
  const members = typeof properties === 'object' && properties !== null ? Object.values(properties) : [];
  return Math.max(0, ...inside, ...(members.length > 0 ? members.map((member) => 1 + depthOf(member)) : []));
}
