import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/core/json/json.ts';
import { chunk, completion, streamEnd } from '../support/chat-replies.ts';
import { nextRequest } from '../support/client-turns.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';

// Behind OpenAI's chat format, Gemini writes its signatures beside its calls, and rejects a call that returns without.
// https://ai.google.dev/gemini-api/docs/thought-signatures#openai

const model = 'lab/gemini-3.1-pro-preview';
const signed = {
  id: 'call_1',
  type: 'function',
  function: { name: 'get_weather', arguments: '{"city":"Oslo"}' },
  extra_content: { google: { thought_signature: 'CsMBsignature' } },
};

const clients = {
  'openai-chat': ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Weather in Oslo?' }] }],
  'openai-responses': ['/v1/responses', { input: [{ role: 'user', content: 'Weather in Oslo?' }] }],
  'anthropic-messages': [
    '/v1/messages',
    { max_tokens: 500, messages: [{ role: 'user', content: 'Weather in Oslo?' }] },
  ],
} as const;

for (const client of ['openai-chat', 'openai-responses', 'anthropic-messages'] as const) {
  const [path, question] = clients[client];
  for (const stream of [false, true]) {
    test(`a Gemini behind the chat format gets its signature back, ${stream ? 'streamed' : 'whole'}, from a client of ${client}`, async (t) => {
      const asked: JsonObject[] = [];
      const url = await startLocalServer(t, async (request, response) => {
        const body = JSON.parse(await readText(request)) as JsonObject; // our own gateway wrote it
        asked.push(body);
        const call = { content: null, tool_calls: [{ index: 0, ...signed }] };
        response.setHeader(
          'content-type',
          body['stream'] === true ? 'text/event-stream' : 'application/json',
        );
        if (body['stream'] !== true) response.end(JSON.stringify(completion(call, { finish: 'tool_calls' })));
        else response.end(`${chunk(call)}${chunk({}, 'tool_calls')}${streamEnd}`);
      });
      const gateway = await startTestGateway(t, {
        config: {
          providers: { lab: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'key-lab' } },
          models: [{ id: model }],
        },
      });
      const first = await post(gateway, path, { ...question, model, stream });
      const bytes = Buffer.from(await first.arrayBuffer());
      assert.equal(first.status, 200, bytes.toString());
      const said = stream ? bytes : (JSON.parse(bytes.toString()) as JsonObject); // a reply of ours
      const next = await post(gateway, path, nextRequest(client, said, model));
      assert.equal(next.status, 200, await next.text());
      assert.equal(next.headers.get('x-conclave-warnings'), null);
      const messages = JSON.stringify(asked.at(-1)?.['messages']);
      assert.equal(messages.split(JSON.stringify(signed.extra_content)).length, 2, messages);
    });
  }
}
