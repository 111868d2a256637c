import type { DialectId, ThoughtField } from './content.ts';
import type { ConclaveError } from '../errors.ts';
import type { JsonObject } from '../json/json.ts';
import type { BillingTerm } from '../money/billing-terms.ts';
import type { Tokens } from '../units.ts';
import type { Usage } from '../money/usage.ts';

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other';

export type Citation = {
  readonly url?: string;
  readonly title?: string;
  readonly text?: string;
  /** The characters of its block that it applies to, in UTF-16 units. Absent: all of them. */
  readonly place?: TextPlace;
  /** The citation as its provider wrote it. */
  readonly raw: JsonObject;
  readonly dialect: DialectId;
};

/** From `start` up to but excluding `end`. */
export type TextPlace = { readonly start: number; readonly end: number };

/**
 * Work that a provider bills in addition to the totals of an answer. `model`: the other model that did it, by its
 * provider's name.
 */
export type BilledBeside = { readonly usage: Usage; readonly model?: string };

/**
 * One provider-neutral event of a reply. `index` numbers the block that a delta belongs to, in order of first
 * appearance; blocks begin with their first event and end where the next begins. The order is the provider's own.
 */
export type StreamPart =
  /** `terms`: the billing terms that it announces; empty: the ordinary ones. Absent: it announces none. */
  | {
      readonly type: 'start';
      readonly id?: string;
      readonly model?: string;
      readonly terms?: readonly BillingTerm[];
    }
  /**
   * `structured`: follows the requested schema, from a model that answers through a tool. `commentary`: progress notes
   * of the model, in a block of their own, not part of the answer. `break`: the blank line between them and the answer.
   */
  | {
      readonly type: 'text-delta';
      readonly index: number;
      readonly text: string;
      readonly structured?: true;
      readonly commentary?: true | 'break';
    }
  /** `field`: as in the message part that it becomes. */
  | {
      readonly type: 'reasoning-delta';
      readonly index: number;
      readonly text: string;
      readonly field?: ThoughtField;
    }
  | { readonly type: 'reasoning-signature'; readonly index: number; readonly signature: string }
  | { readonly type: 'reasoning-redacted'; readonly index: number; readonly data: string }
  /**
   * The proof of a thought that has ended (`thought`: its index). It comes too late for clients, which would send it back
   * behind what followed the thought; Conclave remembers it for them.
   */
  | {
      readonly type: 'late-proof';
      readonly thought: number;
      readonly kind: 'signature' | 'redacted';
      readonly proof: string;
    }
  | { readonly type: 'tool-call-start'; readonly index: number; readonly id: string; readonly name: string }
  /** A piece of the JSON text of the arguments. */
  | { readonly type: 'tool-call-delta'; readonly index: number; readonly text: string }
  | { readonly type: 'refusal-delta'; readonly index: number; readonly text: string }
  | { readonly type: 'citation'; readonly index: number; readonly citation: Citation }
  | { readonly type: 'image'; readonly index: number; readonly mediaType: string; readonly data: string }
  /**
   * A block that only its own dialect can represent: a server tool's call or result, logprobs. `missed`: what clients of
   * other dialects miss without it, in words. Absent: nothing of the answer itself.
   */
  | {
      readonly type: 'opaque';
      readonly missed?: string;
      readonly index: number;
      readonly dialect: DialectId;
      readonly value: JsonObject;
    }
  /** Cumulative: a later usage replaces an earlier one. */
  | {
      readonly type: 'usage';
      readonly usage: Usage;
      /** The name of the other model that the provider let answer. */
      readonly model?: string;
      readonly beside?: readonly BilledBeside[];
      /** The billing terms it was served under, if not the ordinary ones. */
      readonly terms?: readonly BillingTerm[];
      /** How much of `usage.input` is audio. Absent: none. */
      readonly audioInput?: Tokens;
      /** How much of `usage.output` is audio. Absent: none. */
      readonly audioOutput?: Tokens;
      /**
       * The total charge that the provider reports, in nano-dollars: a safe integer, as parts may be stored as JSON.
       */
      readonly chargedNanoUsd?: number;
    }
  /**
   * What the provider's own tools have done so far that is billed in addition to tokens, if the usage comes only at the
   * end. Cumulative; the usage includes it. `terms`: what has no count.
   */
  | {
      readonly type: 'billed-apart';
      readonly webSearches: number;
      readonly terms: readonly BillingTerm[];
    }
  /** The provider has put results of its own tools into the prompt, by estimate. A usage that follows counts them. */
  | { readonly type: 'prompt-grown'; readonly tokens: Tokens }
  /**
   * Ids of stored pieces of the answer, or of the container that it was worked out in: later calls may refer to them.
   * `container`: as Anthropic describes it beside its message.
   */
  | { readonly type: 'kept'; readonly ids: readonly string[]; readonly container?: JsonObject }
  | {
      readonly type: 'finish';
      readonly reason: FinishReason;
      /** In the provider's own words. */
      readonly raw?: string;
      /** The finish reasons of further answers to the same request (`n`), in the provider's own words. */
      readonly furtherRaw?: readonly string[];
    }
  | { readonly type: 'warning'; readonly message: string }
  /** `counted`: the provider itself ended the stream, so an earlier usage is final. */
  | { readonly type: 'error'; readonly error: ConclaveError; readonly counted?: true };

/** A part of the answer's content. */
export type BlockPart = Extract<StreamPart, { readonly index: number }>;

export type FinishPart = Extract<StreamPart, { readonly type: 'finish' }>;

/** The part after which nothing follows. */
export type LastPart = FinishPart | Extract<StreamPart, { readonly type: 'error' }>;

/**
 * Returns true for a part that a client would see as an answer: after one has been sent, no other model can be tried.
 */
export function isContent(part: StreamPart): boolean {
  switch (part.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'refusal-delta':
    case 'tool-call-delta':
      return part.text !== '';
    case 'reasoning-signature':
    case 'reasoning-redacted':
    case 'tool-call-start':
    case 'image':
    case 'citation':
    case 'opaque':
      return true;
    default:
      return false;
  }
}
