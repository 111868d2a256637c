import type { JsonObject } from '../core/json/json.ts';

/** A simulated model's reply before any wire format writes it down. */
export type Reply = {
  /** Hex digits that every id in this reply is made from: same seed and request, same ids. */
  readonly digest: string;
  readonly provider: string;
  /** Whose key asked. */
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
  /** The request, for wires that say parts of it back. */
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

/** What a reply consumed. The buckets are disjoint, as a bill wants them. */
export type SpentTokens = {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWriteLong: number;
  readonly output: number;
  readonly reasoning: number;
};

/** One write to the socket. `content` frames carry text, reasoning or tool arguments; faults are placed by counting them. */
export type Frame = {
  readonly bytes: string | Uint8Array;
  readonly content: boolean;
  /** Tokens that the provider bills once this frame is out. */
  readonly tokens: number;
};
