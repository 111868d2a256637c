import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Dialect, ReplyContext } from '../core/wire/dialect.ts';
import { isJsonObject } from '../core/json/json.ts';
import type { StreamPart } from '../core/wire/stream-part.ts';
import { collected } from '../../test/support/collected.ts';
import { objectOf, objectsOf, textOf } from './fields/loose-fields.ts';
import openaiChat from './openai-chat/index.ts';
import openaiResponses from './openai-responses/index.ts';

// Providers report a source at different moments of a stream; the position of the cited words does not depend on that.

const context: ReplyContext = {
  id: 'req_1',
  model: 'lab/one',
  createdAt: 1_760_000_000_000,
  request: { model: 'lab/one', messages: [], stream: true },
};

type Happening = { readonly kind: 'text' | 'source' | 'placed source' | 'thought' | 'call' | 'next block' };

const happening = fc.record({
  kind: fc.constantFrom<Happening['kind']>(
    ...(['text', 'text', 'source', 'placed source', 'thought', 'call', 'next block'] as const),
  ),
});

test('a whole answer and a streamed one cite the same positions of the same text', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 25 }), (happenings) => {
      const parts = partsOf(happenings);
      for (const dialect of [openaiChat, openaiResponses]) {
        assert.deepEqual(
          citedIn(dialect, streamed(dialect, parts)),
          citedIn(dialect, [whole(dialect, parts)]),
        );
      }
    }),
  );
});

test('a citation covers the block of the source, or the position in it that the source names', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 25 }), (happenings) => {
      const parts = partsOf(happenings);
      const words = (index: number) =>
        parts.map((part) => (part.type === 'text-delta' && part.index === index ? part.text : '')).join('');
      const expected = parts.flatMap((part) => {
        if (part.type !== 'citation') return [];
        const { place } = part.citation;
        return [words(part.index).slice(place?.start, place?.end)];
      });
      for (const dialect of [openaiChat, openaiResponses]) {
        assert.deepEqual(citedIn(dialect, streamed(dialect, parts)), expected);
      }
    }),
  );
});

/** Returns an answer in which these events happen in this order. */
function partsOf(happenings: readonly Happening[]): StreamPart[] {
  const parts: StreamPart[] = [{ type: 'start' }];
  let index = 0;
  let open: 'text' | 'thought' | undefined;
  let said = '';
  const enter = (type: 'text' | 'thought' | undefined) => {
    if (type !== undefined && open === type) return;
    index += 1;
    open = type;
    said = '';
  };
  for (const [at, { kind }] of happenings.entries()) {
    if (kind === 'next block') enter(undefined);
    else if (kind === 'thought') {
      enter('thought');
      parts.push({ type: 'reasoning-delta', index, text: 'Hm.' });
    } else if (kind === 'call') {
      enter(undefined);
      parts.push({ type: 'tool-call-start', index, id: `c${at}`, name: 'f' });
      parts.push({ type: 'tool-call-delta', index, text: '{}' });
    } else {
      enter('text');
      if (kind === 'text') {
        const text = ` “${at}” 🏔`;
        said += text;
        parts.push({ type: 'text-delta', index, text });
      } else {
        const place = kind === 'placed source' && said !== '' && { start: 1, end: said.length - 1 };
        const url = `https://example.org/${at}`;
        const citation = { url, raw: {}, dialect: 'google-generate', ...(place && { place }) } as const;
        parts.push({ type: 'citation', index, citation });
      }
    }
  }
  return [...parts, { type: 'finish', reason: 'stop' }];
}

function whole(dialect: Dialect, parts: readonly StreamPart[]): unknown {
  return dialect.writeReply(collected(parts), context);
}

function streamed(dialect: Dialect, parts: readonly StreamPart[]): unknown[] {
  const writer = dialect.replyWriter(context);
  const stream = parts.map((part) => String(writer.push([part]))).join('');
  return [...stream.matchAll(/^data: (\{.*)$/gm)].map(([, data = '']): unknown => JSON.parse(data));
}

/** Returns the words that each source supports, as a client finds them in the bodies that it receives. */
function citedIn(dialect: Dialect, bodies: readonly unknown[]): string[] {
  const replies = bodies.filter(isJsonObject);
  return dialect === openaiChat ? citedInChat(replies) : citedInResponse(replies);
}

function citedInChat(replies: readonly ReturnType<typeof objectOf>[]): string[] {
  const said = replies.flatMap(({ choices }) =>
    objectsOf(choices).map(({ message, delta }) => objectOf(message ?? delta)),
  );
  const text = said.map(({ content }) => textOf(content)).join('');
  return said
    .flatMap(({ annotations }) => objectsOf(annotations))
    .map(({ url_citation }) => slice(text, objectOf(url_citation)));
}

function citedInResponse(replies: readonly ReturnType<typeof objectOf>[]): string[] {
  const last = objectOf(replies.at(-1));
  const items = objectsOf(objectOf(last.response ?? last).output);
  const textAt = (item: unknown, part: unknown) =>
    textOf(objectsOf(items[Number(item)]?.content)[Number(part)]?.text);
  const told = replies.flatMap(({ annotation, output_index, content_index }) =>
    isJsonObject(annotation) ? [slice(textAt(output_index, content_index), annotation)] : [],
  );
  const finished = items.flatMap(({ content }) =>
    objectsOf(content).flatMap(({ text, annotations }) =>
      objectsOf(annotations).map((annotation) => slice(textOf(text), annotation)),
    ),
  );
  if (last.response !== undefined) assert.deepEqual(told, finished);
  return finished;
}

function slice(text: string, { start_index, end_index }: ReturnType<typeof objectOf>): string {
  return text.slice(Number(start_index), Number(end_index));
}
