import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { startSimulator } from '../server.ts';

const simulator = await startSimulator({ latency: 'none' });
after(() => simulator.close());

const models = `${simulator.url}/google/v1beta/models`;
const say = (text: string): JsonObject => ({ role: 'user', parts: [{ text }] });
const tools = [
  {
    functionDeclarations: [
      {
        name: 'get_weather',
        description: 'Current weather of a city',
        parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] },
      },
    ],
  },
];

test('Gemini returns the same text whole, streamed as events and streamed as an array', async () => {
  const body = { contents: [say('What is the capital of Japan?')] };
  const whole = JSON.parse(await post('gemini-3.8-flash:generateContent', body));
  const text: string = whole.candidates[0].content.parts[0].text;
  assert.match(text, /Tokyo/);
  assert.equal(whole.candidates[0].finishReason, 'STOP');
  const events = (await post('gemini-3.8-flash:streamGenerateContent?alt=sse', body))
    .split('\n\n')
    .filter(Boolean)
    .map((event) => JSON.parse(event.slice('data: '.length)));
  const array: typeof events = JSON.parse(await post('gemini-3.8-flash:streamGenerateContent', body));
  for (const chunks of [events, array]) {
    assert.equal(chunks.map((chunk) => chunk.candidates[0].content.parts[0].text).join(''), text);
    assert.deepEqual(chunks.at(-1).usageMetadata, whole.usageMetadata);
  }
});

test('a call carries a thought signature that Gemini 3 requires back', async () => {
  const contents = [say('What is the weather in Lima?')];
  const first = JSON.parse(await post('gemini-3.1-pro-preview:generateContent', { contents, tools }));
  const [part] = first.candidates[0].content.parts;
  assert.equal(part.functionCall.args.city, 'Lima');
  const answer = {
    functionResponse: { name: 'get_weather', id: part.functionCall.id, response: { result: 'foggy' } },
  };
  const goOn = (call: JsonObject): Promise<string> =>
    post('gemini-3.1-pro-preview:generateContent', {
      contents: [...contents, { role: 'model', parts: [call] }, { role: 'user', parts: [answer] }],
      tools,
    });
  assert.match(await goOn(part), /get_weather says: foggy/);
  assert.match(await goOn({ ...part, thoughtSignature: 'skip_thought_signature_validator' }), /foggy/);
  assert.match(await goOn({ functionCall: part.functionCall }), /missing a thought_signature/);
  assert.match(await goOn({ ...part, thoughtSignature: 'forged' }), /not valid/);
});

test('every call requires a response', async () => {
  const call = {
    functionCall: { name: 'f', args: {} },
    thoughtSignature: 'skip_thought_signature_validator',
  };
  const reply = await post('gemini-2.5-flash:generateContent', {
    contents: [say('x'), { role: 'model', parts: [call] }, say('y')],
    tools,
  });
  assert.match(reply, /number of function response parts/);
});

test('a schema in Google’s own format is answered with JSON, and thoughts are returned only on request', async () => {
  const generationConfig = {
    responseMimeType: 'application/json',
    responseSchema: {
      type: 'OBJECT',
      properties: { result: { type: 'INTEGER', nullable: true } },
      required: ['result'],
    },
  };
  const json = JSON.parse(
    await post('gemini-3.8-flash:generateContent', { contents: [say('What is 6 * 7?')], generationConfig }),
  );
  assert.deepEqual(JSON.parse(json.candidates[0].content.parts[0].text), { result: 42 });
  const thinking = JSON.parse(
    await post('gemini-3.1-pro-preview:generateContent', {
      contents: [say('Why?')],
      generationConfig: { thinkingConfig: { includeThoughts: true } },
    }),
  );
  assert.equal(thinking.candidates[0].content.parts[0].thought, true);
  assert.ok(thinking.usageMetadata.thoughtsTokenCount > 0);
});

test("errors have Google's format, with the wait among the details", async () => {
  const limited = JSON.parse(
    await post('gemini-3.8-flash!fault=429,retry-after=3:generateContent', { contents: [say('x')] }),
  );
  assert.equal(limited.error.status, 'RESOURCE_EXHAUSTED');
  assert.equal(limited.error.details[0].retryDelay, '3s');
  const long = JSON.parse(
    await post('gemini-2.5-flash:generateContent', { contents: [say('word '.repeat(900_000))] }),
  );
  assert.match(long.error.message, /exceeds the maximum number of tokens allowed \(1048576\)/);
});

test('tokens are counted and texts embedded', async () => {
  const counted = JSON.parse(await post('gemini-3.8-flash:countTokens', { contents: [say('Hello there')] }));
  assert.ok(counted.totalTokens > 0);
  const content = { parts: [{ text: 'Hello' }] };
  const one = JSON.parse(
    await post('gemini-embedding-001:embedContent', { content, outputDimensionality: 64 }),
  );
  assert.equal(one.embedding.values.length, 64);
  const many = JSON.parse(
    await post('gemini-embedding-001:batchEmbedContents', { requests: [{ content }, { content }] }),
  );
  assert.deepEqual(many.embeddings[0], many.embeddings[1]);
});

test('the models are listed', async () => {
  const list = await (await fetch(models)).text();
  assert.match(list, /models\/gemini-3\.8-flash/);
});

async function post(path: string, body: object): Promise<string> {
  const reply = await fetch(`${models}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  return reply.text();
}
