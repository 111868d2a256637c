import type { JsonObject } from '../core/json/json.ts';

/** A simulated model's reply, independent of the wire format. */
export type Reply = {
  /** Hex digits from which all ids in this reply are made: same seed and request, same ids. */
  readonly digest: string;
  readonly provider: string;
  /** The account of the key that sent the request. */
  readonly account: string;
  readonly model: string;
  readonly createdAt: number;
  readonly parts: readonly ReplyPart[];
  readonly choices: number;
  readonly finish: Finish;
  /** The stop sequence that ended the text. */
  readonly stoppedBy?: string;
  readonly usage: SpentTokens;
  readonly usageInStream: boolean;
  /** The request, for wire formats that echo parts of it. */
  readonly body: JsonObject;
};

export type ReplyPart =
  | { readonly kind: 'reasoning'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'tool-call';
      readonly id: string;
      readonly name: string;
      readonly arguments: JsonObject;
    };

export type Finish = 'stop' | 'stop-sequence' | 'length' | 'tool-calls' | 'refusal';

/** The tokens that a reply consumed. The categories are disjoint, as needed for billing. */
export type SpentTokens = {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWriteLong: number;
  readonly output: number;
  readonly reasoning: number;
};

/**
 * One write to the socket. `content` frames carry text, reasoning or tool arguments; the position of a fault is counted
 * in them.
 */
export type Frame = {
  readonly bytes: string | Uint8Array;
  readonly content: boolean;
  /** Tokens that the provider bills once this frame has been sent. */
  readonly tokens: number;
};
