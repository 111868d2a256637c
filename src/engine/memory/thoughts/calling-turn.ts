import type { Candidate } from '../../../core/deployment.ts';
import type { ContentPart, DialectId, Message, ReasoningPart } from '../../../core/wire/content.ts';
import type { MadeCall } from './conversation-digest.ts';
import { isCallsProof, proofOf } from './thought-proof.ts';

/** An answer that ended in tool calls, and the reasoning before them. */
export type CallingTurn = {
  /** The conversation that it answered, as the client sent it. */
  readonly before: readonly Message[];
  readonly calls: readonly MadeCall[];
  readonly thoughts: readonly ReasoningPart[];
  readonly dialect: DialectId;
  readonly candidate: Candidate;
};

/** A model that signs its reasoning expects the signed parts back; one that signs only its calls, what it told, too. */
export function worthKeeping(thoughts: readonly ReasoningPart[]): readonly ReasoningPart[] {
  const proven = thoughts.filter(isProven);
  if (proven.length === 0) return thoughts;
  const isTold = proven.every(belongsToCall);
  return thoughts.filter((thought) => isProven(thought) || (isTold && thought.field !== undefined));
}

/** Whether a part carries a proof that it is the model's own. */
export function isProven(part: ContentPart): boolean {
  return proofOf(part) !== undefined;
}

/** Whether reasoning is only the signature of a call. */
export function belongsToCall(part: ContentPart): boolean {
  const proof = proofOf(part);
  return proof !== undefined && isCallsProof(proof);
}

/** Whether its provider shows reasoning in a field of its own, so that it may take it back there. */
export function isToldByItself({ thoughts }: CallingTurn): boolean {
  return thoughts.some(({ field }) => field !== undefined);
}

/** Whether no proof shows that its reasoning is taken back. */
export function hasOpenThoughts(turn: CallingTurn): boolean {
  return isToldByItself(turn) || !turn.thoughts.some(isProven);
}

/** In characters, proofs included. */
export function lengthOfAll(thoughts: readonly ReasoningPart[]): number {
  return thoughts.reduce(
    (sum, { text, signature = '', redacted = '' }) => sum + text.length + signature.length + redacted.length,
    0,
  );
}
