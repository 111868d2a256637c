import type { ReplyBlock } from '../../src/core/wire/collected-reply.ts';
import type { Citation, StreamPart } from '../../src/core/wire/stream-part.ts';
import { parsedOrText } from '../../src/dialects/tools/parsed-or-text.ts';
import { collected } from './collected.ts';

/** The blocks of an answer in their order, with all that they hold. */
export function contentOf(parts: readonly StreamPart[]): unknown[] {
  return collected(parts).blocks.map(blockContent);
}

/** The sources of an answer, with their addresses and titles. */
export function sourcesOf(parts: readonly StreamPart[]): unknown[] {
  return collected(parts).blocks.flatMap((block) =>
    block.type === 'text' ? block.citations.map(sourceOf) : [],
  );
}

function blockContent(block: ReplyBlock): unknown {
  switch (block.type) {
    case 'text':
      return { ...block, citations: block.citations.map(sourceOf) };
    case 'tool-call':
      // Dialects that hold arguments as an object do not keep the spaces between its members.
      return { ...block, arguments: parsedOrText(block.arguments) };
    case 'reasoning':
      return { ...block, signature: block.signature && proofContent(block.signature) };
    case 'image':
    case 'opaque':
      return { ...block, index: undefined };
    default:
      return block;
  }
}

/** A sealed proof is its dialect's name and an object. */
function proofContent(proof: string): unknown {
  const [, dialect, sealed] = /^([a-z-]+:)(\{.*\})$/s.exec(proof) ?? [];
  return sealed === undefined ? proof : [dialect, parsedOrText(sealed)];
}

function sourceOf({ url, title }: Citation): unknown {
  return { url, title };
}
