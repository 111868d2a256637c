import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startScriptedProvider } from '../providers/scripted-provider.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { ownSamples, replyBytes } from '../support/recorded-replies.ts';

// Additional information from a provider that the client's dialect has no field for is a warning.

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
      const row = await lastRow(gateway);
      assert.match(row.warnings.join(), why);
    });
  }
}

const refused = sample.body.kind === 'json' ? sample.body.value : {};
const streamed = [
  { type: 'message_start', message: { ...refused, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'First,' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: refused, usage: { output_tokens: 3 } },
  { type: 'message_stop' },
]
  .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  .join('');

test('OpenAI clients find the reason of Claude’s refusal in the refusal field, whole and streamed', async (t) => {
  const provider = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: { providers: { lab: { dialect: 'anthropic-messages', baseUrl: provider.url, apiKey: 'k' } } },
  });
  const why = 'The request asks for an attack.';
  const messages = [{ role: 'user', content: 'Hi' }];
  const ask = async (path: string, body: object, stream: boolean) => {
    const said = stream
      ? { contentType: 'text/event-stream', pieces: [Buffer.from(streamed)] }
      : { contentType: sample.contentType, pieces: [replyBytes(sample)] };
    provider.say({ ...said, ending: 'end' });
    return (await post(gateway, path, { model: 'lab/m', stream, ...body })).text();
  };
  const whole = JSON.parse(await ask('/v1/chat/completions', { messages }, false));
  assert.equal(whole.choices[0].message.refusal, why);
  assert.equal(whole.choices[0].finish_reason, 'content_filter');
  assert.match(
    await ask('/v1/chat/completions', { messages }, true),
    /"content":"First,"[^]*"refusal":"The request asks/,
  );
  const item = JSON.parse(await ask('/v1/responses', { input: 'Hi' }, false)).output.at(-1);
  assert.deepEqual(item.content.at(-1), { type: 'refusal', refusal: why });
  assert.match(
    await ask('/v1/responses', { input: 'Hi' }, true),
    /response\.refusal\.done[^]*The request asks/,
  );
});
