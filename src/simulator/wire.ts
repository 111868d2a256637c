import type { JsonObject, JsonValue } from '../core/json/json.ts';
import type { Asked, Turn } from './asked.ts';
import type { Problem } from './problem.ts';
import type { Standing } from './rate-window.ts';
import type { Frame, Reply } from './replied.ts';

/** A wire format, implemented by hand from its public documentation. */
export type Wire = {
  readonly name: string;
  readonly streamType: string;
  /** @throws Refused if the real provider would respond with 400. */
  readonly read: (body: JsonObject, request: WireRequest) => Asked;
  readonly whole: (reply: Reply) => JsonObject;
  readonly stream: (reply: Reply) => Frame[];
  readonly refusal: (problem: Problem, requestId: string) => Refusal;
  /** An error in the middle of a stream, in the provider's format. */
  readonly streamError: (problem: Problem) => string | Uint8Array;
  /** An unparseable frame. */
  readonly brokenFrame: string | Uint8Array;
  /** Headers that the provider adds to a successful reply. */
  readonly headers: (requestId: string, standing: Standing) => Record<string, string>;
  /** The id by which a later request can continue from this reply, if the provider stores conversations. */
  readonly conversation?: (reply: Reply) => string | undefined;
};

/** What a wire format reads in addition to the body. */
export type WireRequest = {
  readonly provider: string;
  /** The account of the key: what is sealed for one account cannot be opened by another. */
  readonly account: string;
  /** Some wire formats put the model and the stream option in the path. */
  readonly model?: string;
  readonly stream?: boolean;
  /** True if only the prompt is counted: limits may then be missing. */
  readonly counting: boolean;
  /** Returns the turns of an earlier conversation. */
  readonly recall: (id: string) => readonly Turn[] | undefined;
};

export type Refusal = {
  /** The provider's own status for it, if it is not the problem's. */
  readonly status?: number;
  readonly headers: Record<string, string>;
  readonly body: JsonValue;
};
