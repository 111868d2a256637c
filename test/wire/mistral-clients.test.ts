import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { everySeller, post, startTestGateway } from '../support/gateway.ts';
import { modelRequests } from '../support/model-requests.ts';

// Mistral's clients speak Chat Completions, with a name for the forced call that its other sellers reject.

const gateway = await startTestGateway({ after }, { config: everySeller });

for (const model of [
  'groq/openai/gpt-oss-120b',
  'xai/grok-4.3',
  'mistral/mistral-large-latest',
  'openai/gpt-4.1',
]) {
  test(`${model} gets the forced call of a Mistral client under the name that all sellers know`, async () => {
    const look = { name: 'look', parameters: { type: 'object', properties: {} } };
    const body = {
      model,
      messages: [{ role: 'user', content: 'Look.' }],
      tools: [{ type: 'function', function: look }],
      tool_choice: 'any',
    };
    const reply = await post(gateway, '/v1/chat/completions', body);
    assert.equal(reply.status, 200, await reply.text());
    type Sent = { tool_choice: string };
    const sent = modelRequests(gateway.simulator).at(-1)?.body as Sent; // our own gateway wrote it
    assert.equal(sent.tool_choice, 'required');
  });
}
