import { typedIn } from '../../core/user-text/last-user-text.ts';
import type { ContentPart, MediaSource, Message } from '../../core/wire/content.ts';

/** This many of the latest pieces are compared closely: they are the current question. */
const latest = 4;
const closely = 16_000;
const roughly = 1_000;
/** The middle of a long piece is sampled at this many places. */
const places = 16;

/**
 * Returns the content of a prompt, piece by piece (text, images and attachments), to compare it with another prompt. Of
 * a long piece, only its length, both ends and samples between them are taken: reading ten megabytes of images would
 * delay other calls.
 */
export function promptContent(messages: readonly Message[]): string[] {
  const pieces = messages.flatMap(({ role, content }) => content.flatMap((part) => piecesOf(role, part)));
  return pieces.map(
    ({ kind, text }, at) => `${kind} ${sampled(text, at < pieces.length - latest ? roughly : closely)}`,
  );
}

/** The text is sampled by itself: a slice of a concatenation would first copy all of it. */
type Piece = { readonly kind: string; readonly text: string };

function piecesOf(role: Message['role'], part: ContentPart): Piece[] {
  switch (part.type) {
    case 'text': {
      // A client's clock and open files change from one second to the next; the user's own text does not.
      const text = role === 'user' ? typedIn(part.text) : part.text;
      return text === '' ? [] : [{ kind: role, text }];
    }
    case 'image':
    case 'document':
    case 'audio':
      return [{ kind: part.type, text: sourceOf(part.source) }];
    case 'tool-call':
      return [{ kind: `${part.type} ${part.name}`, text: part.arguments }];
    case 'tool-result':
      return [
        { kind: part.type, text: '' },
        ...part.content.flatMap((inner) => piecesOf('assistant', inner)),
      ];
    case 'refusal':
      return [{ kind: part.type, text: part.text }];
    case 'opaque':
      return [{ kind: part.type, text: JSON.stringify(part.value) }];
    case 'reasoning':
      return [{ kind: part.type, text: '' }];
  }
}

function sourceOf(source: MediaSource | { readonly kind: 'text'; readonly text: string }): string {
  switch (source.kind) {
    case 'base64':
      return source.data;
    case 'url':
      return source.url;
    case 'file':
      return source.fileId;
    case 'text':
      return source.text;
  }
}

function sampled(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 4);
  const width = Math.floor(most / 2 / places);
  const step = (text.length - 2 * end) / places;
  const between = Array.from({ length: places }, (_, at) => {
    const from = Math.floor(end + at * step);
    return text.slice(from, from + width);
  });
  return `${text.length} ${text.slice(0, end)}${between.join('')}${text.slice(-end)}`;
}
