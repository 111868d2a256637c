import type { FinishReason } from './stream-part.ts';
import type { JsonObject } from '../json/json.ts';
import type { Message } from './content.ts';
import type { ModelConfig } from '../model.ts';
import type { ToolDefinition } from './request.ts';
import type { Tokens, Usd } from '../units.ts';

/** Tokens of one call, for `LLMProvider.estimateCost`. */
export type TokenCount = { readonly input: Tokens; readonly output: Tokens };

/** What a custom provider reports about one of its models. */
export type ModelInfo = ModelConfig;

/**
 * A call as a custom provider sees it. `messages` includes system messages. Other members of a request (`stop`, `topP`,
 * `reasoning`, a forced tool choice …) are not given to it: the caller gets a warning, or with `x-conclave-strict` a
 * refusal.
 */
export type ChatParams = {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly ToolDefinition[];
  readonly maxTokens?: Tokens;
  readonly temperature?: number;
  /** A JSON Schema that the answer must satisfy. */
  readonly schema?: JsonObject;
  readonly signal?: AbortSignal;
};

export type ChatToolCall = { readonly id: string; readonly name: string; readonly arguments: string };

/** A custom provider's whole answer. Without `usage` the tokens are estimated and marked so. */
export type ChatResponse = {
  readonly text: string;
  readonly toolCalls?: readonly ChatToolCall[];
  readonly finishReason?: FinishReason;
  readonly usage?: { readonly inputTokens: Tokens; readonly outputTokens: Tokens };
};

/** A piece of a custom provider's answer. A stream that ends without `finish` is read as a normal stop. */
export type StreamChunk =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'tool-call'; readonly call: ChatToolCall }
  | {
      /** The tokens of the answer so far: the last one counts. */
      readonly type: 'usage';
      readonly usage: { readonly inputTokens: Tokens; readonly outputTokens: Tokens };
    }
  | { readonly type: 'finish'; readonly reason: FinishReason };

/**
 * A provider written by a library user: one object, `name` is the id prefix of its models, and no other provider's name.
 *
 * It reports a failure by throwing, from `chat` or while `stream` is read. Other models can then answer, until a stream
 * has begun. What it throws decides what happens next: a `ConclaveError` by its code (`provider_error`, `provider_auth`,
 * `provider_quota`, `provider_rate_limited` with `retryAfterMs`, …); an error with an HTTP `status` or `statusCode`, as
 * SDKs throw it, by that; a failed connection or a `TimeoutError` by its kind; anything else as `provider_error`, which is
 * retried. The error is the `cause` of what the caller gets. A wrong reply is a `provider_invalid_reply`.
 */
export interface LLMProvider {
  readonly name: string;
  readonly models: readonly ModelConfig[];
  chat(params: ChatParams): Promise<ChatResponse>;
  stream(params: ChatParams): AsyncIterable<StreamChunk>;
  getModelInfo(model: string): ModelInfo;
  /** In USD; called only for models whose `ModelConfig` has no `costPerMToken`. */
  estimateCost(tokens: TokenCount): Usd;
}
