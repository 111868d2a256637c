import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider, type Received } from '../providers/echoing-provider.ts';
import { completion } from '../support/chat-replies.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';

// xAI caches prompts per server, and finds the server of a conversation by this header.
const header = 'x-grok-conv-id';

type Ask = (path: string, body: object, headers?: Record<string, string>) => Promise<Sent>;
type Sent = Received & { readonly warnings: string };

async function askAt(t: Cleanup): Promise<Ask> {
  const { url, received } = await startEchoingProvider(t, () => ({ body: completion() }));
  const chat = { baseUrl: `${url}/v1`, apiKey: 'k' };
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        xai: chat,
        moonshot: chat,
        azure: { ...chat, dialect: 'openai-chat' },
        lab: { ...chat, dialect: 'openai-chat', quirks: { sessionHeader: 'x-affinity' } },
      },
    },
  });
  return async (path, body, headers = {}) => {
    const reply = await post(gateway, path, { model: 'xai/grok-4.6', ...body }, headers);
    assert.equal(reply.status, 200, await reply.text());
    const sent = received.at(-1) ?? assert.fail('nothing was sent');
    return { ...sent, warnings: reply.headers.get('x-conclave-warnings') ?? '' };
  };
}

const messages = [{ role: 'user', content: 'Hi' }];
const session_id = '00000000-0000-4000-8000-000000000001';
const claudeCode = { max_tokens: 60, messages, metadata: { user_id: JSON.stringify({ session_id }) } };
const codex = { input: 'Hi', store: false, prompt_cache_key: 'session 1' };

test('a session is sent to xAI in its header, hashed, whatever the client calls it', async (t) => {
  const ask = await askAt(t);
  const named = async (...asked: Parameters<Ask>) => {
    const { headers, warnings } = await ask(...asked);
    assert.match(String(headers[header]), /^[\da-f]{64}$/);
    assert.doesNotMatch(warnings, /prompt_cache_key/);
    return headers[header];
  };
  const ids = [
    await named('/v1/messages', claudeCode),
    await named('/v1/responses', codex),
    await named('/v1/responses', { ...codex, prompt_cache_key: 'session 2' }),
    await named('/v1/chat/completions', { messages }, { 'x-conclave-session': 'session 3' }),
  ];
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(await named('/v1/chat/completions', { messages, prompt_cache_key: 'session 1' }), ids[1]);
});

test('a client that sets the header itself keeps its value', async (t) => {
  const ask = await askAt(t);
  const { headers } = await ask('/v1/chat/completions', { messages }, { [header]: 'conv-1' });
  assert.equal(headers[header], 'conv-1');
  const translated = await ask('/v1/messages', claudeCode, { [header]: 'conv-1' });
  assert.equal(translated.headers[header], 'conv-1');
});

test('a conversation without a name is sent without the header', async (t) => {
  const ask = await askAt(t);
  const { headers } = await ask('/v1/chat/completions', { messages });
  assert.equal(headers[header], undefined);
});

test('other providers get no session in that header, and a client that sets it is warned', async (t) => {
  const ask = await askAt(t);
  const quiet = await ask('/v1/messages', { ...claudeCode, model: 'moonshot/kimi-k3' });
  assert.equal(quiet.headers[header], undefined);
  const warned = await ask(
    '/v1/chat/completions',
    { model: 'moonshot/kimi-k3', messages },
    { [header]: 'conv-1' },
  );
  assert.equal(warned.headers[header], undefined);
  assert.match(warned.warnings, /"x-grok-conv-id" was left out: moonshot does not accept it/);
});

test('a configured provider gets the session in the header that its quirk names', async (t) => {
  const ask = await askAt(t);
  const { headers } = await ask('/v1/messages', { ...claudeCode, model: 'lab/m' });
  assert.match(String(headers['x-affinity']), /^[\da-f]{64}$/);
});

test('a cache key of Responses stays one where Chat Completions accepts it', async (t) => {
  const ask = await askAt(t);
  const { body, warnings } = await ask('/v1/responses', { ...codex, model: 'azure/gpt-5.4-mini' });
  assert.equal(body['prompt_cache_key'], 'session 1');
  assert.doesNotMatch(warnings, /prompt_cache_key/);
});
