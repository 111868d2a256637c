import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { encode } from 'gpt-tokenizer';
import type { JsonObject } from '../../../core/json/json.ts';
import type { ContentPart, DialectId } from '../../../core/wire/content.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { measureRequest } from './measure-request.ts';

const asking = (text: string): ModelRequest => ({
  model: 'm',
  stream: false,
  messages: [{ role: 'user', content: [{ type: 'text', text }] }],
});

test('no text has more tokens than the upper bound', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.string({ unit: 'binary', maxLength: 400 }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      assert.ok(encode(text).length <= measureRequest(asking(text)).prompt.reserved);
    }),
  );
});

test('the estimate of English prose is near the real count', () => {
  const prose = 'The river leaves the mountains, crosses the plain and reaches the sea. '.repeat(200);
  const [real, estimate] = [encode(prose).length, measureRequest(asking(prose)).prompt.expected];
  assert.ok(estimate > real * 0.7 && estimate < real * 1.6, `${estimate} for ${real}`);
});

test('finds the capabilities a request needs from what it contains', () => {
  const image = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const;
  const request: ModelRequest = {
    ...asking('Look.'),
    messages: [
      { role: 'user', content: [image] },
      {
        role: 'user',
        content: [
          { type: 'tool-result', callId: 'c', content: [{ type: 'text', text: 'x' }], isError: false },
        ],
      },
    ],
    tools: [{ name: 't', inputSchema: {} }],
    output: { type: 'json-schema', schema: {} },
  };
  assert.deepEqual([...measureRequest(request).needs].sort(), ['json-schema', 'tools', 'vision']);
  assert.deepEqual(measureRequest(asking('Hello')).needs, []);
});

test('finds an image inside a tool result', () => {
  const source = { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } as const;
  const content = [
    {
      type: 'tool-result',
      callId: 'c',
      content: [{ type: 'image', source } as const],
      isError: false,
    } as const,
  ];
  assert.deepEqual(measureRequest({ ...asking(''), messages: [{ role: 'user', content }] }).needs, [
    'vision',
  ]);
});

const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ' + 'AAAA'.repeat(100_000);
const [pdf, video] = ['JVBERi0x' + 'AAAA'.repeat(100_000), 'AAAA'.repeat(100_000)];
const url = `data:image/png;base64,${picture}`;

const held: readonly (readonly [
  what: string,
  size: 'image' | 'medium',
  dialect: DialectId,
  value: JsonObject,
])[] = [
  [
    'a document of texts and images',
    'image',
    'anthropic-messages',
    {
      type: 'document',
      source: {
        type: 'content',
        content: [
          { type: 'text', text: 'The plan' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } },
        ],
      },
    },
  ],
  [
    'a document of an image at a URL',
    'image',
    'anthropic-messages',
    {
      type: 'document',
      source: {
        type: 'content',
        content: [{ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }],
      },
    },
  ],
  [
    'a fetched PDF',
    'medium',
    'anthropic-messages',
    {
      type: 'web_fetch_tool_result',
      tool_use_id: 's',
      content: {
        type: 'web_fetch_result',
        content: { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf } },
      },
    },
  ],
  ['a drawn image', 'image', 'openai-responses', { type: 'image_generation_call', id: 'i', result: picture }],
  [
    'a screenshot',
    'image',
    'openai-responses',
    { type: 'computer_call_output', call_id: 'c', output: { type: 'computer_screenshot', image_url: url } },
  ],
  ['a video', 'medium', 'bedrock-converse', { video: { format: 'mp4', source: { bytes: video } } }],
  [
    'a video in a data URL',
    'medium',
    'openai-chat',
    { type: 'video_url', video_url: { url: `data:video/mp4;base64,${video}` } },
  ],
];

for (const [what, size, dialect, value] of held) {
  test(`${what} in a block of ${dialect} counts as such, not by the letters of its Base64`, () => {
    const content = [{ type: 'opaque', dialect, value } as const];
    for (const parts of [content, [{ type: 'tool-result', callId: 'c', content, isError: false } as const]]) {
      const found = measureRequest({ ...asking(''), messages: [{ role: 'user', content: parts }] });
      const { expected, reserved } = found.prompt;
      const [most, bound] = size === 'image' ? [1_200, 17_000] : [10_200, 100_500];
      assert.ok(expected > 1_000 && expected < most, `${expected} expected`);
      assert.ok(reserved < bound, `${reserved} reserved`);
      assert.equal(found.images, size === 'image' ? 1 : 0);
    }
  });
}

const shown = `data:image/png;base64,${picture}`;
const words = `${shown} and a text of many words`;
const texts: readonly JsonObject[] = [
  { type: 'mcp_call', output: shown },
  { type: 'mcp_call', output: words },
  { type: 'mcp_call', result: picture },
  { type: 'mcp_tool_result', content: [{ type: 'text', text: shown }] },
  { type: 'code_interpreter_call', code: shown, outputs: [{ type: 'logs', logs: shown }] },
  { type: 'computer_call_output', output: { type: 'computer_screenshot', image_url: words } },
  { type: 'mcp_tool_use', input: { type: 'image', source: { type: 'base64', data: picture } } },
  { type: 'mcp_tool_use', input: { data: picture } },
  { type: 'document', source: { type: 'content', content: [{ type: 'text', text: shown }] } },
  {
    type: 'web_fetch_tool_result',
    content: { content: { type: 'document', source: { type: 'text', data: 'ACGT'.repeat(100_000) } } },
  },
];

for (const value of texts) {
  test(`what is text in a block counts by its letters, even if it looks like an image: ${JSON.stringify(value).slice(0, 90)}`, () => {
    const content = [{ type: 'opaque', dialect: 'openai-responses', value } as const];
    const { prompt, images } = measureRequest({ ...asking(''), messages: [{ role: 'user', content }] });
    assert.ok(prompt.reserved > 400_000, `${prompt.reserved} reserved`);
    assert.equal(images, 0);
  });
}

test('Base64 with line breaks is Base64', () => {
  const lines = pdf.replaceAll(/.{76}/g, '$&\n');
  const source = { type: 'base64', media_type: 'application/pdf', data: lines };
  const value = { type: 'web_fetch_tool_result', content: { content: { type: 'document', source } } };
  const content = [{ type: 'opaque', dialect: 'anthropic-messages', value } as const];
  const { reserved } = measureRequest({ ...asking(''), messages: [{ role: 'user', content }] }).prompt;
  assert.ok(reserved < 103_000, `${reserved}`);
});

test('what a model is to know about a document counts', () => {
  const document = { type: 'document', source: { kind: 'text', text: 'x' } } as const;
  const sizeOf = (content: readonly ContentPart[]) =>
    measureRequest({ ...asking(''), messages: [{ role: 'user', content }] }).prompt.reserved;
  const about = { title: 'Plan', context: 'From the archive. '.repeat(100) };
  assert.equal(sizeOf([{ ...document, ...about }]), sizeOf([document]) + 1_804);
});
