import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { post, startTestGateway } from '../support/gateway.ts';

// What a client's format cannot express is never left out without a word.

const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 };
const answer = (...parts: object[]) => ({
  responseId: 'r1',
  candidates: [{ index: 0, finishReason: 'STOP', content: { role: 'model', parts } }],
  usageMetadata,
});
const speech = answer({ inlineData: { mimeType: 'audio/L16;rate=24000', data: 'AAAA' } });
const calculated = answer(
  { executableCode: { language: 'PYTHON', code: 'print(6*7)' } },
  { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '42' } },
  { text: 'It is 42.' },
);

test('a client that cannot be given Gemini’s speech or the code that it ran is told so', async (t) => {
  let body: object = speech;
  const google = await startEchoingProvider(t, () => ({ body }));
  const gateway = await startTestGateway(t, {
    config: { providers: { google: { baseUrl: `${google.url}/v1beta`, apiKey: 'k' } } },
  });
  const model = 'google/gemini-2.5-flash';
  const messages = [{ role: 'user', content: 'Go' }];
  for (const [said, warning] of [
    [speech, /content of type "audio\/L16;rate=24000" was left out/],
    [calculated, /code that the model ran was left out.*result of code that the model ran was left out/s],
  ] as const) {
    body = said;
    for (const [path, asked] of [
      ['/v1/chat/completions', { model, messages }],
      ['/v1/messages', { model, messages, max_tokens: 99 }],
      ['/v1/responses', { model, input: 'Go' }],
    ] as const) {
      const reply = await post(gateway, path, asked);
      assert.equal(reply.status, 200);
      assert.match(reply.headers.get('x-conclave-warnings') ?? '', warning, path);
    }
  }
});
