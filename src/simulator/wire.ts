import type { JsonObject, JsonValue } from '../core/json/json.ts';
import type { Asked, Turn } from './asked.ts';
import type { Problem } from './problem.ts';
import type { Standing } from './rate-window.ts';
import type { Frame, Reply } from './replied.ts';

/** One wire format, written by hand from its public documentation. */
export type Wire = {
  readonly name: string;
  readonly streamType: string;
  /** @throws Refused where the real provider answers 400. */
  readonly read: (body: JsonObject, request: WireRequest) => Asked;
  readonly whole: (reply: Reply) => JsonObject;
  readonly stream: (reply: Reply) => Frame[];
  readonly refusal: (problem: Problem, requestId: string) => Refusal;
  /** An error in the middle of a stream, as the provider would send it. */
  readonly streamError: (problem: Problem) => string | Uint8Array;
  /** A frame that no reader can make sense of. */
  readonly brokenFrame: string | Uint8Array;
  /** Headers that the provider adds to a good reply. */
  readonly headers: (requestId: string, standing: Standing) => Record<string, string>;
  /** The id under which a later request may go on from this reply, where the provider keeps conversations. */
  readonly conversation?: (reply: Reply) => string | undefined;
};

/** What a wire reads besides the body. */
export type WireRequest = {
  readonly provider: string;
  /** Whose key it came with: what is sealed for one account, no other can open. */
  readonly account: string;
  /** Some wires put the model and the wish for a stream in the path. */
  readonly model?: string;
  readonly stream?: boolean;
  /** Only the prompt is to be counted: limits may be missing. */
  readonly counting: boolean;
  /** The turns of an earlier conversation. */
  readonly recall: (id: string) => readonly Turn[] | undefined;
};

export type Refusal = {
  readonly headers: Record<string, string>;
  readonly body: JsonValue;
};
