import type { JsonObject } from '../core/json/json.ts';

/** A client's request, read from any wire format: the common form from which answers are made. */
export type Asked = {
  readonly model: string;
  readonly stream: boolean;
  /** In order, including system turns. */
  readonly turns: readonly Turn[];
  readonly tools: readonly OfferedTool[];
  readonly toolChoice: ToolChoice;
  readonly parallelTools: boolean;
  /** Set if JSON is required: by schema, or any object. */
  readonly json?: { readonly schema?: JsonObject };
  readonly maxTokens?: number;
  /** The number of answers: OpenAI's `n`. */
  readonly choices: number;
  readonly stop: readonly string[];
  readonly reasoning: AskedReasoning;
  /** OpenAI streams report usage only on request; other wire formats always do. */
  readonly usageInStream: boolean;
  /** How many tokens of a prompt the server keeps; it silently cuts the rest. */
  readonly holds?: number;
};

export type Turn = { readonly role: 'system' | 'user' | 'assistant'; readonly pieces: readonly Piece[] };

/** `cache`: cache the prompt up to and including this piece, for minutes or for an hour. */
export type Piece = PieceContent & { readonly cache?: 'short' | 'long' };

type PieceContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }
  | { readonly kind: 'image'; readonly mediaType: string; readonly base64?: string }
  | { readonly kind: 'document'; readonly mediaType: string; readonly name: string; readonly bytes: number }
  | { readonly kind: 'tool-call'; readonly id: string; readonly name: string; readonly arguments: string }
  | { readonly kind: 'tool-result'; readonly id: string; readonly text: string; readonly failed: boolean };

export type OfferedTool = {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonObject;
  readonly cache?: 'short' | 'long';
};

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'any' }
  | { readonly kind: 'named'; readonly name: string };

/** `model`: the model's default. */
export type AskedReasoning = 'model' | 'off' | 'low' | 'medium' | 'high';
