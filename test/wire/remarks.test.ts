import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startScriptedProvider } from '../providers/scripted-provider.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { ownSamples, replyBytes } from '../support/recorded-replies.ts';

// What a provider says beside its answer, and no client's dialect has a place for, is a warning.

const sample = ownSamples('anthropic-messages').find(({ id }) => id.endsWith('.refusal'));
assert.ok(sample);

for (const path of ['/v1/chat/completions', '/v1/messages']) {
  for (const stream of [false, true]) {
    test(`why Anthropic refused reaches a client of ${path}, ${stream ? 'streamed' : 'whole'}, and the ledger`, async (t) => {
      const provider = await startScriptedProvider(t);
      const gateway = await startTestGateway(t, {
        config: {
          providers: { lab: { dialect: 'anthropic-messages', baseUrl: provider.url, apiKey: 'k' } },
        },
      });
      provider.say({ contentType: sample.contentType, pieces: [replyBytes(sample)], ending: 'end' });
      const messages = [{ role: 'user', content: 'Hi' }];
      const reply = await post(gateway, path, { model: 'lab/m', messages, stream, max_tokens: 100 });
      await reply.text();
      const why = /Anthropic refused: The request asks for an attack/;
      assert.match(reply.headers.get('x-conclave-warnings') ?? '', why);
      const [row] = await gateway.app.ledger.recent({ limit: 1 });
      assert.match(row?.warnings.join() ?? '', why);
    });
  }
}
