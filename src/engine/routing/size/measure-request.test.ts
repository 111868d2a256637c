import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { encode } from 'gpt-tokenizer';
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
