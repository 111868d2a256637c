import Anthropic from '@anthropic-ai/sdk';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunk, chunkOf } from '../support/chat-replies.ts';
import { startTestGateway } from '../support/gateway.ts';
import { startLocalServer } from '../support/local-server.ts';

test('a translated Messages stream begins with the estimate of its prompt and ends with the count', async (t) => {
  const url = await startLocalServer(t, (_, response) => {
    const usage = {
      prompt_tokens: 77,
      completion_tokens: 5,
      total_tokens: 82,
      prompt_tokens_details: { cached_tokens: 40 },
    };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk({ role: 'assistant', content: 'Hi.' }, 'stop'));
    response.end(`${chunkOf({ choices: [], usage })}data: [DONE]\n\n`);
  });
  const gateway = await startTestGateway(t, {
    config: { providers: { lab: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' } } },
  });
  const client = new Anthropic({ baseURL: gateway.url, apiKey: gateway.key, maxRetries: 0 });
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Say hello. '.repeat(50) }];
  const prompt = { model: 'lab/m', messages };
  const { input_tokens: estimate } = await client.messages.countTokens(prompt);
  const stream = client.messages.stream({ ...prompt, max_tokens: 50 });
  const started: number[] = [];
  stream.on('streamEvent', (event) => {
    if (event.type === 'message_start') started.push(event.message.usage.input_tokens);
  });
  const { usage, id } = await stream.finalMessage();
  assert.ok(estimate > 100, `${estimate}`);
  assert.deepEqual(started, [estimate]);
  assert.deepEqual(
    [usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens],
    [37, 40, 5],
    'the last event replaces it',
  );
  const row = (await gateway.app.ledger.show(id.replace(/^msg_/, ''))) ?? assert.fail('no row');
  assert.deepEqual([row.usage.input, row.usage.cacheRead, row.estimated], [37, 40, false]);
});
