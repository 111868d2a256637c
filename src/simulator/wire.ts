import type { JsonObject } from '../core/json.ts';
import type { Asked } from './asked.ts';
import type { Problem } from './problem.ts';
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
  readonly headers: (requestId: string) => Record<string, string>;
};

/** What a wire reads besides the body: some put the model and the wish for a stream in the path. */
export type WireRequest = { readonly provider: string; readonly model?: string; readonly stream?: boolean };

export type Refusal = {
  readonly headers: Record<string, string>;
  readonly body: JsonObject;
};
