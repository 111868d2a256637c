import type { Asked, OfferedTool, Piece } from './asked.ts';
import { imageSize } from './image-size.ts';

/** Estimates four bytes per token: close enough to real tokenizers for English and code, and deterministic. */
export function textTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

/** Returns the tokens of a whole prompt: all pieces, all tool definitions, and a fixed cost per turn. */
export function promptTokens(asked: Asked): number {
  const tools = asked.tools.reduce((sum, tool) => sum + toolTokens(tool), 0);
  return asked.turns.reduce(
    (sum, turn) => sum + tokensPerTurn + turn.pieces.reduce((total, piece) => total + pieceTokens(piece), 0),
    tools + tokensPerPrompt,
  );
}

export const tokensPerTurn = 4;
export const tokensPerPrompt = 3;

export function toolTokens(tool: OfferedTool): number {
  return 8 + textTokens(tool.name + tool.description + JSON.stringify(tool.schema));
}

export function pieceTokens(piece: Piece): number {
  switch (piece.kind) {
    case 'text':
    case 'reasoning':
      return textTokens(piece.text);
    case 'image':
      return imageTokens(piece.base64);
    case 'document':
      return 20 + Math.ceil(piece.bytes / 8);
    case 'tool-call':
      return 8 + textTokens(piece.name + piece.arguments);
    case 'tool-result':
      return 4 + textTokens(piece.text);
  }
}

/** One token per 750 pixels, at least 85: Anthropic's rule with OpenAI's minimum. */
function imageTokens(base64: string | undefined): number {
  const size = base64 === undefined ? undefined : imageSize(base64);
  if (!size) return 765;
  return Math.min(1_600, Math.max(85, Math.ceil((size.width * size.height) / 750)));
}
