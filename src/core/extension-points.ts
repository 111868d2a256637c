import type { Call } from './call.ts';
import type { CollectedReply } from './wire/collected-reply.ts';
import type { StreamPart } from './wire/stream-part.ts';
import type { Usage } from './money/usage.ts';

/** A blocked verdict cannot lack a reason. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** A check of requests, one per file. A guardrail that throws blocks: it never fails open. */
export interface InputGuardrail {
  readonly name: string;
  check(call: Call): Promise<Verdict> | Verdict;
}

/**
 * A check of answers. `inspect` sees each batch before the client does and may refuse it. With one, answers are not
 * relayed as they are, what no part expresses is left out; except in OpenAI's Responses format, where the client may name
 * the answer by the provider's id.
 */
export interface OutputGuardrail {
  readonly name: string;
  inspect(call: Call, parts: readonly StreamPart[]): Verdict;
}

/** A whole earlier answer, replayed as if it streamed. */
export type CachedReply = {
  readonly model: string;
  readonly provider: string;
  readonly parts: readonly StreamPart[];
  readonly usage: Usage;
  readonly simulated: boolean;
};

/** A store of earlier answers, one per file. A cache that throws counts as a miss, with a line in the log. */
export interface ReplyCache {
  readonly name: string;
  read(call: Call): Promise<CachedReply | undefined>;
  write(call: Call, reply: CachedReply): Promise<void>;
}

/** Scores a whole answer after it has been sent: 0 (bad) to 1 (good), `undefined` for no opinion. One per file. */
export interface Scorer {
  readonly name: string;
  /** Which calls it scores; the answers of others need not be kept for it. Default: all. */
  wants?(call: Call): boolean;
  score(call: Call, reply: CollectedReply): Promise<number | undefined> | number | undefined;
}
