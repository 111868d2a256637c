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
  /** Which characters of its block it is for, counted as JavaScript does. Absent: all of them. */
  readonly place?: TextPlace;
  /** The citation as its provider wrote it. */
  readonly raw: JsonObject;
  readonly dialect: DialectId;
};

/** From `start` up to, and without, `end`. */
export type TextPlace = { readonly start: number; readonly end: number };

/** Work that a provider bills beside the totals of an answer. `model`: another that did it, by its provider's name. */
export type BilledBeside = { readonly usage: Usage; readonly model?: string };

/**
 * One event of a reply, in no provider's own words. `index` numbers the block that a delta belongs to, in order of
 * first appearance; blocks begin with their first event and end where the next begins. Order is the provider's own.
 */
export type StreamPart =
  | { readonly type: 'start'; readonly id?: string; readonly model?: string }
  /**
   * `structured`: by the schema that was asked for, from a model that answers so through a tool. `commentary`: what the model says
   * on its way, in a block of its own, and no part of the answer.
   */
  | {
      readonly type: 'text-delta';
      readonly index: number;
      readonly text: string;
      readonly structured?: true;
      readonly commentary?: true;
    }
  /** `field`: as of the part of a message that it becomes. */
  | {
      readonly type: 'reasoning-delta';
      readonly index: number;
      readonly text: string;
      readonly field?: ThoughtField;
    }
  | { readonly type: 'reasoning-signature'; readonly index: number; readonly signature: string }
  | { readonly type: 'reasoning-redacted'; readonly index: number; readonly data: string }
  | { readonly type: 'tool-call-start'; readonly index: number; readonly id: string; readonly name: string }
  /** A piece of the JSON text of the arguments. */
  | { readonly type: 'tool-call-delta'; readonly index: number; readonly text: string }
  | { readonly type: 'refusal-delta'; readonly index: number; readonly text: string }
  | { readonly type: 'citation'; readonly index: number; readonly citation: Citation }
  | { readonly type: 'image'; readonly index: number; readonly mediaType: string; readonly data: string }
  /** A block that only its own dialect understands: a server tool's call or result, logprobs. */
  | {
      readonly type: 'opaque';
      readonly index: number;
      readonly dialect: DialectId;
      readonly value: JsonObject;
    }
  /** Cumulative: a later usage replaces an earlier one. */
  | {
      readonly type: 'usage';
      readonly usage: Usage;
      /** The provider let another of its models answer: that one's name. */
      readonly model?: string;
      readonly beside?: readonly BilledBeside[];
      /** How it was served, where that is not the ordinary way. */
      readonly terms?: readonly BillingTerm[];
      /** How much of `usage.input` is sound. Absent: nothing. */
      readonly audioInput?: Tokens;
      /** How much of `usage.output` is sound. Absent: nothing. */
      readonly audioOutput?: Tokens;
      /** What its seller says that it charged for all of it, in nano-dollars: a safe integer, as parts may be kept as JSON. */
      readonly chargedNanoUsd?: number;
    }
  /** Ids under which the provider keeps pieces of the answer, or where it was worked out: later calls may name them. */
  | { readonly type: 'kept'; readonly ids: readonly string[] }
  | { readonly type: 'finish'; readonly reason: FinishReason; readonly raw?: string }
  | { readonly type: 'warning'; readonly message: string }
  /** `counted`: the provider brought it to this end itself, so a usage before it is all that there will be. */
  | { readonly type: 'error'; readonly error: ConclaveError; readonly counted?: true };

/** True for a part that a client would see as an answer: after one has gone out, nothing can be taken back. */
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
