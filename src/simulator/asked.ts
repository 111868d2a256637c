import type { JsonObject } from '../core/json/json.ts';

/** What a client asked for, read from any wire format: the one shape that answers are made from. */
export type Asked = {
  readonly model: string;
  readonly stream: boolean;
  /** In order, system turns included. */
  readonly turns: readonly Turn[];
  readonly tools: readonly OfferedTool[];
  readonly toolChoice: ToolChoice;
  readonly parallelTools: boolean;
  /** JSON was demanded: by schema, or any object. */
  readonly json?: { readonly schema?: JsonObject };
  readonly maxTokens?: number;
  /** How many answers OpenAI's `n` asks for. */
  readonly choices: number;
  readonly stop: readonly string[];
  readonly reasoning: AskedReasoning;
  /** OpenAI streams report usage only when asked to; the other wires always do. */
  readonly usageInStream: boolean;
  /** What the server keeps of a prompt, in tokens; it cuts the rest in silence. */
  readonly holds?: number;
};

export type Turn = { readonly role: 'system' | 'user' | 'assistant'; readonly pieces: readonly Piece[] };

/** `cache`: the prompt up to and including this piece is to be cached, for minutes or for an hour. */
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

/** `model`: whatever that model does when nothing is said. */
export type AskedReasoning = 'model' | 'off' | 'low' | 'medium' | 'high';
