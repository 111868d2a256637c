import type { Candidate } from '../../../core/deployment.ts';
import type { Message, ReasoningPart } from '../../../core/wire/content.ts';
import type { Dialect } from '../../../core/wire/dialect.ts';
import { belongsToCall, isProven, isToldByItself, type CallingTurn } from './calling-turn.ts';
import { makerOf, opensFor } from './thought-makers.ts';
import { proofOf } from './thought-proof.ts';

/** Who is to read the reasoning of an earlier turn, and in which dialect. */
export type ThoughtReader = {
  readonly candidate: Candidate;
  readonly dialect: Pick<Dialect, 'id' | 'makersProofs' | 'bindsThoughts' | 'takesOpenThoughts'>;
  /** It is sent the client's own bytes, in which reasoning has the client's field names. */
  readonly relayed?: boolean;
  /** It gets back the signatures of calls alone. */
  readonly refusesThoughts?: boolean;
  /** It was seen to refuse thoughts without a proof in the dialect that usually takes them. */
  readonly refusesOpenThoughts?: boolean;
};

/** Whether a candidate would accept the reasoning, instead of having it left out again with a warning. */
export function readsThoughts(reader: ThoughtReader, turn: CallingTurn): boolean {
  const { candidate, dialect } = reader;
  const { name, knownAs = name } = candidate.model;
  // Clients unaware of reasoning shorten and edit earlier messages.
  if (dialect.bindsThoughts?.(knownAs)) return false;
  const proofs = turn.thoughts.flatMap((thought) => proofOf(thought) ?? []);
  if (proofs.length === 0) return turn.dialect === dialect.id && takesOpenThoughts(reader, turn);
  return proofs.every((proof) => {
    const maker = makerOf(proof, turn.candidate);
    const isCarried = turn.dialect === dialect.id || (maker.isPortable && dialect.makersProofs === true);
    return isCarried && opensFor(maker, candidate);
  });
}

function takesOpenThoughts(reader: ThoughtReader, turn: CallingTurn): boolean {
  const { candidate, dialect, relayed } = reader;
  const { model, deployment } = candidate;
  const { provider } = deployment;
  if (provider.id !== turn.candidate.deployment.provider.id) return false;
  if (provider.quirks.reasoningField !== undefined || isToldByItself(turn)) return true;
  if (reader.refusesOpenThoughts === true) return false;
  // Dialects in which all servers take them relay a client's messages as they are.
  return relayed !== true && dialect.takesOpenThoughts?.(model.knownAs ?? model.name) === true;
}

/** Whether a message already has what would be restored in it. */
export function hasAsMuch(
  { content }: Message,
  thoughts: readonly ReasoningPart[],
  reader: ThoughtReader | undefined,
): boolean {
  const sent = content.filter(({ type }) => type === 'reasoning');
  // Clients of other dialects send back the text, but not the field that it had.
  const isNamed = ({ field }: ReasoningPart) => field !== undefined && reader?.relayed === false;
  const proven = sent.filter(isProven);
  if (proven.length > 0) return !proven.every(belongsToCall) || !thoughts.some(isNamed);
  return sent.length > 0 && !thoughts.some((thought) => isProven(thought) || isNamed(thought));
}
