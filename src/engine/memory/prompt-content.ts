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
  return pieces.map((piece, at) => sampled(piece, at < pieces.length - latest ? roughly : closely));
}

function piecesOf(role: Message['role'], part: ContentPart): string[] {
  switch (part.type) {
    case 'text': {
      // A client's clock and open files change from one second to the next; the user's own text does not.
      const text = role === 'user' ? typedIn(part.text) : part.text;
      return text === '' ? [] : [`${role} ${text}`];
    }
    case 'image':
    case 'document':
    case 'audio':
      return [`${part.type} ${sourceOf(part.source)}`];
    case 'tool-call':
      return [`${part.type} ${part.name} ${part.arguments}`];
    case 'tool-result':
      return [part.type, ...part.content.flatMap((inner) => piecesOf('assistant', inner))];
    case 'refusal':
      return [`${part.type} ${part.text}`];
    case 'opaque':
      return [`${part.type} ${JSON.stringify(part.value)}`];
    case 'reasoning':
      return [part.type];
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

function sampled(piece: string, most: number): string {
  if (piece.length <= most) return piece;
  const end = Math.floor(most / 4);
  const width = Math.floor(most / 2 / places);
  const step = (piece.length - 2 * end) / places;
  const between = Array.from({ length: places }, (_, at) => {
    const from = Math.floor(end + at * step);
    return piece.slice(from, from + width);
  });
  return `${piece.length} ${piece.slice(0, end)}${between.join('')}${piece.slice(-end)}`;
}
