import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Call } from '../../src/core/call.ts';
import type { Verdict } from '../../src/core/extension-points.ts';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { everySimulatedProvider, post, startTestGateway } from '../support/gateway.ts';
import { modelRequests } from '../support/model-requests.ts';
import type { Simulator } from '../../src/simulator/server.ts';

const headers = {
  'anthropic-version': '2023-06-01',
  'anthropic-beta': 'compact-2026-01-12,context-management-2025-06-27',
};

const windows = (simulator: Simulator): ConfigInput => ({
  providers: everySimulatedProvider(simulator),
  models: ['anthropic/claude-sonnet-4-6', 'openai/gpt-6-sol', 'google/gemini-3-flash'].map((id) => ({
    id,
    contextWindow: 4_000,
  })),
  routing: { retries: 0 },
});

const long = 'The old story goes on and on. '.repeat(1_000);
const compacted = [
  { role: 'user', content: `OLD ${long}` },
  {
    role: 'assistant',
    content: [
      { type: 'compaction', content: 'FIRST' },
      { type: 'text', text: 'Yes.' },
    ],
  },
  { role: 'user', content: 'OLD Go on.' },
  {
    role: 'assistant',
    content: [
      { type: 'text', text: 'OLD Wait.' },
      { type: 'compaction', content: 'They settled on Oslo.' },
      { type: 'text', text: 'Ready.' },
    ],
  },
  { role: 'user', content: 'Which city?' },
];

test('what Anthropic drops of a compacted conversation counts for nothing, and other models are not sent it', async (t) => {
  const gateway = await startTestGateway(t, { config: windows });
  const ask = (model: string, more: Record<string, string> = {}) =>
    post(gateway, '/v1/messages', { model, max_tokens: 100, messages: compacted }, { ...headers, ...more });
  const own = await ask('anthropic/claude-sonnet-4-6', { 'x-conclave-max-cost-usd': '0.01' });
  assert.equal(own.status, 200, await own.text());
  const relayed = JSON.stringify(modelRequests(gateway.simulator).at(-1)?.body);
  assert.ok(relayed.includes(JSON.stringify(compacted)), 'as it came');
  for (const model of ['openai/gpt-6-sol', 'google/gemini-3-flash']) {
    const reply = await ask(model);
    assert.equal(reply.status, 200, `${model}: ${await reply.text()}`);
    assert.match(reply.headers.get('x-conclave-warnings') ?? '', /^"anthropic-beta[^|]*$/, model);
    const sent = JSON.stringify(modelRequests(gateway.simulator).at(-1)?.body);
    assert.match(sent, /They settled on Oslo.*Ready.*Which city/, model);
    assert.doesNotMatch(sent, /OLD|FIRST/, model);
  }
  const counted = await post(
    gateway,
    '/v1/messages/count_tokens',
    { model: 'anthropic/claude-sonnet-4-6', messages: compacted },
    headers,
  );
  const { input_tokens: tokens } = (await counted.json()) as { input_tokens: number };
  assert.ok(tokens < 100, `${tokens} tokens`);
});

test('a compaction that failed replaces nothing', async (t) => {
  const gateway = await startTestGateway(t, { config: windows });
  const messages = [
    { role: 'user', content: 'OLD question' },
    {
      role: 'assistant',
      content: [
        { type: 'compaction', content: null },
        { type: 'text', text: 'Yes.' },
      ],
    },
    { role: 'user', content: 'Which city?' },
  ];
  const reply = await post(
    gateway,
    '/v1/messages',
    { model: 'openai/gpt-6-sol', max_tokens: 100, messages },
    headers,
  );
  assert.equal(reply.status, 200, await reply.text());
  assert.match(JSON.stringify(modelRequests(gateway.simulator).at(-1)?.body), /OLD question/);
});

test('an input guardrail sees the whole conversation, because a relay sends it', async (t) => {
  const seen: string[] = [];
  const check = ({ request }: Call): Verdict => {
    seen.push(JSON.stringify(request.messages));
    return { ok: true };
  };
  const gateway = await startTestGateway(t, {
    config: windows,
    app: { extensions: { inputGuardrails: [{ name: 'ears', check }] } },
  });
  const body = { model: 'anthropic/claude-sonnet-4-6', max_tokens: 100, messages: compacted };
  const reply = await post(gateway, '/v1/messages', body, headers);
  assert.equal(reply.status, 200, await reply.text());
  assert.match(seen[0] ?? '', /OLD The old.*Which city/);
});

/** The messages that a server of Anthropic's dialect is sent of a conversation, and the caller's warnings. */
async function sentTo(t: TestContext, id: string, settings: object, messages: readonly object[] = compacted) {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { [id]: { baseUrl: lab.url, apiKey: 'k', ...settings } },
      models: [{ id: `${id}/m`, contextWindow: 4_000, price: { input: 3, output: 15 } }],
    },
  });
  const body = { model: `${id}/m`, max_tokens: 100, messages };
  const reply = await post(gateway, '/v1/messages', body, { ...headers, 'x-conclave-max-cost-usd': '0.01' });
  assert.equal(reply.status, 200, await reply.text());
  return [lab.asked.at(-1)?.body['messages'], reply.headers.get('x-conclave-warnings')];
}

const shortened = [
  {
    role: 'user',
    content: [{ type: 'text', text: 'Summary of the conversation so far:\nThey settled on Oslo.\n\n' }],
  },
  { role: 'assistant', content: [{ type: 'text', text: 'Ready.' }] },
  compacted.at(-1),
];

test('other servers of the dialect are sent only what counts: the summary, and what follows it', async (t) => {
  assert.deepEqual(await sentTo(t, 'lab', { dialect: 'anthropic-messages' }), [shortened, null]);
});

test('other servers of the dialect are not sent a compaction that failed', async (t) => {
  const failed = { type: 'compaction', content: null, encrypted_content: 'gAAA' };
  const asked = { role: 'user', content: 'Go on.' };
  const messages = [...compacted, { role: 'assistant', content: [failed] }, asked];
  const [sent, warnings] = await sentTo(t, 'lab', { dialect: 'anthropic-messages' }, messages);
  assert.deepEqual(sent, [...shortened, asked]);
  assert.match(String(warnings), /compaction.*left out/);
});

test('Anthropic behind a proxy is sent everything, unless the server there is said not to shorten prompts', async (t) => {
  assert.deepEqual(await sentTo(t, 'anthropic', {}), [compacted, null]);
  assert.deepEqual(await sentTo(t, 'anthropic', { quirks: { shortensPrompts: false } }), [shortened, null]);
});
