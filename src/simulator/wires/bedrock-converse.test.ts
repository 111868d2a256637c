import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { after, test } from 'node:test';
import { crc32 } from 'node:zlib';
import type { JsonObject } from '../../core/json/json.ts';
import { startSimulator } from '../server.ts';

const simulator = await startSimulator({ latency: 'none' });
after(() => simulator.close());

const say = (text: string): JsonObject => ({ role: 'user', content: [{ text }] });
const toolConfig = {
  tools: [
    {
      toolSpec: {
        name: 'get_weather',
        description: 'Current weather of a city',
        inputSchema: {
          json: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    },
  ],
};

test('Converse returns the same text and usage whole and in frames', async () => {
  const body = { messages: [say('What is the capital of Peru?')], inferenceConfig: { maxTokens: 200 } };
  const whole = JSON.parse((await converse('converse', body)).text);
  const text: string = whole.output.message.content[0].text;
  assert.match(text, /Lima/);
  const frames = readFrames((await converse('converse-stream', body)).bytes);
  assert.equal(frames[0]?.headers[':event-type'], 'messageStart');
  const deltas = frames.filter(({ headers }) => headers[':event-type'] === 'contentBlockDelta');
  assert.equal(deltas.map(({ payload }) => payload.delta.text).join(''), text);
  assert.equal(frames.at(-2)?.payload.stopReason, 'end_turn');
  assert.deepEqual(frames.at(-1)?.payload.usage, whole.usage);
});

test('a tool call arrives in pieces and its result is used', async () => {
  const messages = [say('What is the weather in Quito?')];
  const frames = readFrames((await converse('converse-stream', { messages, toolConfig })).bytes);
  const start = frames.find(({ headers }) => headers[':event-type'] === 'contentBlockStart');
  const input = frames.map(({ payload }) => payload.delta?.toolUse?.input ?? '').join('');
  assert.deepEqual(JSON.parse(input), { city: 'Quito' });
  const { toolUseId, name } = start?.payload.start.toolUse ?? {};
  const use = { toolUse: { toolUseId, name, input: JSON.parse(input) } };
  const result = { toolResult: { toolUseId, content: [{ json: { sky: 'clear' } }] } };
  const next = [...messages, { role: 'assistant', content: [use] }, { role: 'user', content: [result] }];
  assert.match(
    (await converse('converse', { messages: next, toolConfig })).text,
    /get_weather says: .*clear/,
  );
  assert.match((await converse('converse', { messages: next })).text, /toolConfig field must be defined/);
});

test('a long prompt is cached up to its cache point', async () => {
  const system = [{ text: 'Be kind to the next reader. '.repeat(300) }, { cachePoint: { type: 'default' } }];
  const ask = async (): Promise<JsonObject> =>
    JSON.parse((await converse('converse', { system, messages: [say('Hello')] })).text).usage;
  const first = await ask();
  const second = await ask();
  assert.ok(Number(first['cacheWriteInputTokens']) > 1_024);
  assert.equal(second['cacheReadInputTokens'], first['cacheWriteInputTokens']);
});

test('a fifth cache point is refused, and with Nova one among the tools', async () => {
  const nova = '/bedrock/model/amazon.nova-pro-v1%3A0';
  const point = { cachePoint: { type: 'default' } };
  const say = (points: number) => ({
    role: 'user',
    content: [{ text: 'Hi' }, ...Array.from({ length: points }, () => point)],
  });
  const system = [{ text: 'Be kind.' }, point];
  for (const model of [nova, path]) {
    const most = { system, messages: [say(3)] };
    assert.equal((await converse('converse', most, { model })).status, 200, model);
    const { status, text } = await converse('converse', { system, messages: [say(4)] }, { model });
    assert.equal(status, 400, model);
    assert.match(text, /A maximum of 4 blocks/);
  }
  const tools = [...toolConfig.tools, point];
  const body = { messages: [say(0)], toolConfig: { tools } };
  assert.equal((await converse('converse', body)).status, 200);
  assert.match((await converse('converse', body, { model: nova })).text, /extraneous key \[cachePoint\]/);
});

test('an error in the stream is an exception frame, and one before the stream has its kind in a header', async () => {
  const body = { messages: [say('Tell me about tides')] };
  const frames = readFrames(
    (await converse('converse-stream', body, { 'x-simulate-fault': 'error-event' })).bytes,
  );
  assert.equal(frames.at(-1)?.headers[':exception-type'], 'modelStreamErrorException');
  const throttled = await converse('converse', body, { 'x-simulate-fault': '429' });
  assert.equal(throttled.status, 429);
  assert.equal(throttled.type, 'ThrottlingException');
});

test('a request signed with the simulated account is accepted, one with a wrong signature is not', async () => {
  const body = JSON.stringify({ messages: [say('Hello')] });
  assert.equal((await signed(body, 'simulated')).status, 200);
  const refused = await signed(body, 'not the secret');
  assert.equal(refused.status, 403);
  assert.equal(refused.headers.get('x-amzn-errortype'), 'InvalidSignatureException');
});

test('Titan and Cohere embed texts through invoke', async () => {
  const invoke = async (model: string, body: object): Promise<JsonObject> => {
    const reply = await fetch(`${simulator.url}/bedrock/model/${model}/invoke`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const value: unknown = await reply.json();
    return Object.assign({}, value);
  };
  const titan = await invoke('amazon.titan-embed-text-v2:0', { inputText: 'Hello', dimensions: 256 });
  assert.equal(Array.isArray(titan['embedding']) && titan['embedding'].length, 256);
  const cohere = await invoke('cohere.embed-v4', { texts: ['a b', 'c d'], input_type: 'search_query' });
  assert.equal(Array.isArray(cohere['embeddings']) && cohere['embeddings'].length, 2);
});

const path = '/bedrock/model/anthropic.claude-haiku-4-5-20251001-v1%3A0';

async function converse(
  act: string,
  body: object,
  { model = path, ...headers }: Record<string, string> = {},
): Promise<{ status: number; type: string | null; bytes: Buffer; text: string }> {
  const reply = await fetch(`${simulator.url}${model}/${act}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const bytes = Buffer.from(await reply.arrayBuffer());
  return { status: reply.status, type: reply.headers.get('x-amzn-errortype'), bytes, text: bytes.toString() };
}

/** Signature Version 4 step by step, as in AWS's documentation, for `POST` without a query. */
function signed(body: string, secret: string): Promise<Response> {
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest();
  const host = new URL(simulator.url).host;
  const date = '20261121T120000Z';
  const target = `${path}/converse`;
  const canonical = `POST\n${target.replace('%3A', '%253A')}\n\nhost:${host}\nx-amz-date:${date}\n\nhost;x-amz-date\n${sha(body)}`;
  const scope = '20261121/us-east-1/bedrock/aws4_request';
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, '20261121'), 'us-east-1'), 'bedrock'), 'aws4_request');
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha(canonical)}`).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDSIMULATED/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
  return fetch(simulator.url + target, {
    method: 'POST',
    headers: { 'x-amz-date': date, authorization },
    body,
  });
}

type ReadFrame = {
  headers: Record<string, string>;
  // A test reads what it expects; a wrong guess fails the assertion that follows.
  // oxlint-disable-next-line typescript/no-explicit-any
  payload: any;
};

/** Parses frames by the published layout and checks both checksums. */
function readFrames(bytes: Buffer): ReadFrame[] {
  const frames: ReadFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const headLength = bytes.readUInt32BE(at + 4);
    assert.equal(bytes.readUInt32BE(at + 8), crc32(bytes.subarray(at, at + 8)));
    assert.equal(bytes.readUInt32BE(at + length - 4), crc32(bytes.subarray(at, at + length - 4)));
    const head = bytes.subarray(at + 12, at + 12 + headLength);
    const payload = JSON.parse(bytes.toString('utf8', at + 12 + headLength, at + length - 4));
    frames.push({ headers: readHeaders(head), payload });
    at += length;
  }
  return frames;
}

function readHeaders(head: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < head.length;) {
    const nameEnd = at + 1 + head.readUInt8(at);
    const valueStart = nameEnd + 3;
    const valueEnd = valueStart + head.readUInt16BE(nameEnd + 1);
    headers[head.toString('utf8', at + 1, nameEnd)] = head.toString('utf8', valueStart, valueEnd);
    at = valueEnd;
  }
  return headers;
}
