import { ConclaveError } from '../../core/errors.ts';
import type { Call } from '../../core/call.ts';
import type { Flaw } from '../../core/routing/acceptance/acceptance.ts';

/** The outcome of a cascade's last step, which is asked if no earlier answer was accepted. */
export type LastStep<Last> =
  /** Its models have all answered or failed earlier in this call. */
  | { readonly kind: 'unasked' }
  | { readonly kind: 'failed'; readonly error: ConclaveError }
  | {
      readonly kind: 'answered';
      readonly answer: Last;
      readonly model: string;
      /** Absent: the answer is sound, or it is passed on before its end is known. */
      readonly flaw?: Flaw | undefined;
      /** It was cut off, but the client can read what there is, sees the cut and may continue. Default: false. */
      readonly isReadable?: boolean;
    };

/** The answers of earlier steps, none of which was accepted. */
export type RejectedAnswers<Earlier> = {
  /** The most probable of those that are usable. Absent if the caller has a check, because they have failed it. */
  readonly usable: Earlier | undefined;
  readonly latest: Earlier | undefined;
};

/** The answer that a cascade gives if none was accepted. */
export type FinalAnswer<Last, Earlier> =
  | { readonly kind: 'last'; readonly answer: Last }
  | { readonly kind: 'earlier'; readonly answer: Earlier; readonly because: string }
  | { readonly kind: 'none'; readonly error: ConclaveError };

/**
 * Chooses the last step's answer if it can be used. An answer that was not good enough is better than one that is known
 * to be unusable, and than an error; an unusable answer is given only if there is no other.
 */
export function finalAnswer<Last, Earlier>(
  last: LastStep<Last>,
  { usable, latest }: RejectedAnswers<Earlier>,
): FinalAnswer<Last, Earlier> {
  switch (last.kind) {
    case 'unasked': {
      const answer = usable ?? latest;
      return answer === undefined
        ? { kind: 'none', error: noCandidates() }
        : { kind: 'earlier', answer, because: 'no other model is left to ask' };
    }
    case 'failed':
      return usable === undefined
        ? { kind: 'none', error: last.error }
        : { kind: 'earlier', answer: usable, because: `the last step failed: ${last.error.message}` };
    case 'answered': {
      const { answer, model, flaw, isReadable = false } = last;
      return usable === undefined || flaw === undefined || isReadable
        ? { kind: 'last', answer }
        : { kind: 'earlier', answer: usable, because: `the last answer, of ${model}, ${inWords(flaw)}` };
    }
  }
}

function noCandidates(): ConclaveError {
  return new ConclaveError('internal', 'The last step of a cascade has no candidates.');
}

/**
 * Whether the last answer is held back until its end is known. A stream is only held back if another answer could
 * replace it, and if its caller has not limited the wait for its first content (`maxLatencyMs`). An unstreamed answer
 * always is: warnings about it can still go into its head.
 */
export function isHeldBack(
  { request, limits }: Pick<Call, 'request' | 'limits'>,
  isReplaceable: boolean,
): boolean {
  return !request.stream || (isReplaceable && limits.maxLatencyMs === undefined);
}

/** Describes a flaw, to follow the name of a model in a sentence. */
export function inWords({ signal, says }: Flaw): string {
  if (signal === 'schema') return `breaks the schema: ${says}`;
  return signal === 'length' ? `is incomplete: ${says}` : `is unusable: ${says}`;
}
