import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, startTestGateway } from '../support/gateway.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';

const schema = { type: 'object', properties: { $filter: { type: 'string' } }, required: ['$filter'] };
const messages = [{ role: 'user', content: 'Hi' }];

/** The first property's name in the tool that the provider was sent. */
const nameIn = (body: unknown) => /"properties":\{"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';

test('a property name that Claude refuses is replaced and restored for clients of its provider’s own dialect, too', async (t) => {
  const { url, received } = await startEchoingProvider(t, ({ path, body }) => {
    const input = { [nameIn(body)]: 'x' };
    if (path.endsWith('/messages')) {
      return {
        body: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [{ type: 'tool_use', id: 'c', name: 'query', input }],
          stop_reason: 'tool_use',
          usage: { input_tokens: 5, output_tokens: 2 },
        },
      };
    }
    const call = { id: 'c', type: 'function', function: { name: 'query', arguments: JSON.stringify(input) } };
    const message = { role: 'assistant', content: null, tool_calls: [call] };
    return {
      body: {
        id: 'c1',
        object: 'chat.completion',
        model: 'm',
        choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
        usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
      },
    };
  });
  const gateway = await startTestGateway(t, {
    config: () => ({
      providers: {
        openrouter: { baseUrl: `${url}/v1`, apiKey: 'k' },
        anthropic: { baseUrl: url, apiKey: 'k' },
      },
    }),
  });
  const asked = [
    [
      '/v1/chat/completions',
      {
        model: 'openrouter/anthropic/claude-sonnet-4.5',
        messages,
        tools: [{ type: 'function', function: { name: 'query', parameters: schema } }],
      },
    ],
    [
      '/v1/messages',
      {
        model: 'anthropic/claude-sonnet-4-5',
        max_tokens: 100,
        messages,
        tools: [{ name: 'query', input_schema: schema }],
      },
    ],
  ] as const;
  for (const [path, body] of asked) {
    const reply = await post(gateway, path, body);
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    assert.match(nameIn(received.at(-1)?.body), /^[a-zA-Z0-9_.-]{1,64}$/, path);
    assert.match(text, /\$filter/, path);
  }
});
