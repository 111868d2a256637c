import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { everySimulated, everySimulatedProvider, post, startTestGateway } from '../support/gateway.ts';
import { modelRequests } from '../support/model-requests.ts';
import { simulatedModels } from '../support/simulated-models.ts';

const gateway = await startTestGateway({ after }, { config: everySimulated });

/** The last call; Ollama is also asked what its models can do. */
const told = () => {
  const bodies = gateway.simulator.requests().map(({ body }) => JSON.stringify(body));
  return bodies.findLast((body) => /"(?:messages|contents|input)":/.test(body)) ?? '';
};
const inBase64 = (text: string) => Buffer.from(text).toString('base64');
const words = 'Hej, sagde hun på dansk';

/** A file as the clients of each dialect send it. */
const asFile = (mediaType: string, data: string): readonly [path: string, body: object][] => {
  const file_data = `data:${mediaType};base64,${data}`;
  const question = (content: object[]) => [{ role: 'user', content }];
  return [
    [
      '/v1/chat/completions',
      { messages: question([{ type: 'file', file: { filename: 'a.txt', file_data } }]) },
    ],
    ['/v1/responses', { input: question([{ type: 'input_file', filename: 'a.txt', file_data }]) }],
    [
      '/v1/messages',
      {
        max_tokens: 100,
        messages: question([{ type: 'document', source: { type: 'base64', media_type: mediaType, data } }]),
      },
    ],
  ];
};

test('a file of text is read by every model, whatever its type and its client', async () => {
  for (const mediaType of ['text/plain', 'text/markdown', 'text/csv', 'text/x-python', 'application/json']) {
    for (const [path, body] of asFile(mediaType, inBase64(words))) {
      for (const model of simulatedModels) {
        const reply = await post(gateway, path, { model, ...body });
        const what = `${mediaType} over ${path} to ${model}`;
        assert.equal(reply.status, 200, `${what}: ${await reply.text()}`);
        // Relayed in Anthropic's own dialect, it is Anthropic's own affair.
        const isOwn = path === '/v1/messages' && model.startsWith('anthropic/');
        const takesFiles = isOwn || model.startsWith('openai/') || model.startsWith('bedrock/');
        const isBytes = takesFiles && told().includes(inBase64(words));
        assert.ok(isBytes || told().includes(words), `${what}: ${told()}`);
      }
    }
  }
});

test('a text file in another encoding is read too, and a file that is not really text is refused', async () => {
  const [chat] = asFile('text/plain', Buffer.from(words, 'latin1').toString('base64'));
  assert.ok(chat);
  const [path, body] = chat;
  await (await post(gateway, path, { model: 'ollama/qwen3:8b', ...body })).text();
  assert.ok(told().includes(words), told());
  const [picture] = asFile('text/plain', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]).toString('base64'));
  const refused = await post(gateway, path, { model: 'anthropic/claude-sonnet-4-5', ...picture?.[1] });
  assert.equal(refused.status, 400, await refused.text());
});

test('a file of text with zero bytes and a file of RTF are read as text by Claude', async () => {
  for (const [mediaType, text] of [
    ['text/plain', 'before\0after'],
    ['text/rtf', '{\\rtf1 Hello}'],
  ] as const) {
    for (const [path, body] of asFile(mediaType, inBase64(text)).slice(0, 2)) {
      const reply = await post(gateway, path, { model: 'anthropic/claude-sonnet-4-5', ...body });
      assert.equal(reply.status, 200, `${mediaType} over ${path}: ${await reply.text()}`);
      assert.ok(told().includes(JSON.stringify(text)), told());
    }
  }
});

test('invalid base64 is not treated as an empty text', async () => {
  for (const [path, body] of asFile('text/plain', '%%%').slice(0, 2)) {
    const reply = await post(gateway, path, { model: 'anthropic/claude-sonnet-4-5', ...body });
    assert.equal(reply.status, 400, await reply.text());
  }
});

/** The beginnings of such files. */
const pictures = {
  'image/gif': 'R0lGODlhAQABAAAAACw=',
  'image/svg+xml': 'PHN2Zy8+',
  'image/heic': 'AAAAGGZ0eXBoZWlj',
  'image/webp': 'UklGRiQAAABXRUJQVlA4',
  'image/jpg': '/9j/4AAQSkZJRg==',
};

test('a file type that Gemini rejects is refused by name, and goes to another model if one may answer', async () => {
  const picture = (type: keyof typeof pictures) => ({
    type: 'image_url',
    image_url: { url: `data:${type};base64,${pictures[type]}` },
  });
  const document = (type: string) => ({
    type: 'file',
    file: { filename: 'a.docx', file_data: `data:${type};base64,UEsDBA==` },
  });
  const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
  for (const [part, type] of [
    [picture('image/gif'), 'image/gif'],
    [picture('image/svg+xml'), 'image/svg+xml'],
    [document(word), word],
    [document('application/octet-stream'), 'application/octet-stream'],
  ] as const) {
    const messages = [{ role: 'user', content: [part] }];
    const reply = await post(gateway, '/v1/chat/completions', { model: 'google/gemini-2.5-flash', messages });
    const text = await reply.text();
    assert.equal(reply.status, 400, text);
    assert.ok(text.includes(type), text);
  }
  const messages = [{ role: 'user', content: [picture('image/gif')] }];
  const allowed = ['google/gemini-2.5-flash', 'anthropic/claude-sonnet-4-5'];
  const moved = await post(gateway, '/v1/chat/completions', { model: allowed[0], models: allowed, messages });
  assert.equal(moved.status, 200, await moved.text());
  assert.equal(moved.headers.get('x-conclave-model'), 'anthropic/claude-sonnet-4-5');
  for (const type of ['image/heic', 'image/webp', 'image/jpg'] as const) {
    const asked = {
      model: 'google/gemini-2.5-flash',
      messages: [{ role: 'user', content: [picture(type)] }],
    };
    const reply = await post(gateway, '/v1/chat/completions', asked);
    assert.equal(reply.status, 200, `${type}: ${await reply.text()}`);
  }
});

test('an image type that OpenAI rejects is refused by name if the request is translated', async () => {
  const source = { type: 'base64', media_type: 'image/tiff', data: 'SUkqAA==' };
  const messages = [{ role: 'user', content: [{ type: 'image', source }] }];
  const asked = { model: 'openai/gpt-5.4-mini', max_tokens: 100, messages };
  const reply = await post(gateway, '/v1/messages', asked);
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), /image\/tiff/);
});

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

test('a file that OpenAI reads only in Responses is sent there, whatever the client speaks', async () => {
  for (const [path, body] of asFile(word, 'UEsDBA==')) {
    const reply = await post(gateway, path, { model: 'openai/gpt-5.4-mini', ...body });
    assert.equal(reply.status, 200, `${path}: ${await reply.text()}`);
    assert.match(told(), /"type":"input_file"/);
  }
});

test('a file that Chat Completions cannot carry is refused by name, or goes to another model', async (t) => {
  const chatOnly = await startTestGateway(t, {
    config: (simulator) => ({
      providers: {
        openai: { baseUrl: `${simulator.url}/openai/v1`, apiKey: 'key-openai', dialect: 'openai-chat' },
        bedrock: everySimulatedProvider(simulator)['bedrock'] ?? {},
      },
    }),
  });
  const claude = 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0';
  for (const [path, body] of asFile(word, 'UEsDBA==').slice(0, 2)) {
    const before = modelRequests(chatOnly.simulator).length;
    const refused = await post(chatOnly, path, { model: 'openai/gpt-5.4-mini', ...body });
    const text = await refused.text();
    assert.equal(refused.status, 400, text);
    assert.ok(text.includes(`A document of type \\"${word}\\"`), text);
    assert.equal(modelRequests(chatOnly.simulator).length, before, 'the provider was not asked');
    const models = ['openai/gpt-5.4-mini', claude];
    const moved = await post(chatOnly, path, { model: models[0], models, ...body });
    assert.equal(moved.headers.get('x-conclave-model'), claude, await moved.text());
  }
  for (const [path, body] of asFile('application/pdf', 'JVBERi0=')) {
    const reply = await post(chatOnly, path, { model: 'openai/gpt-5.4-mini', ...body });
    assert.equal(reply.status, 200, `${path}: ${await reply.text()}`);
  }
});

test('a text file that is relayed to Chat Completions becomes a text with its name and its cache mark', async (t) => {
  const lab = await startKeyedProvider(t);
  const own = await startTestGateway(t, {
    config: {
      providers: {
        lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k', quirks: { cacheControl: true } },
      },
      models: [{ id: 'lab/m', capabilities: ['documents'] }],
    },
  });
  const file = { filename: 'a.csv', file_data: `data:text/csv;base64,${inBase64('a,b')}` };
  const pdf = {
    type: 'file',
    file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
  };
  const mark = { cache_control: { type: 'ephemeral' } };
  const content = [{ type: 'file', file, ...mark }, pdf];
  const reply = await post(own, '/v1/chat/completions', {
    model: 'lab/m',
    messages: [{ role: 'user', content }],
  });
  assert.equal(reply.status, 200, await reply.text());
  assert.deepEqual(lab.asked[0]?.body['messages'], [
    { role: 'user', content: [{ type: 'text', text: 'a.csv:\n\na,b', ...mark }, pdf] },
  ]);
});
