import { ConclaveError } from '../core/errors.ts';

/** Converts `good`, `bad` or a number from 0 to 1 to a score. @throws ConclaveError `invalid_request`. */
export function feedbackScore(rating: unknown): number {
  if (rating === 'good') return 1;
  if (rating === 'bad') return 0;
  const score = typeof rating === 'string' && rating.trim() !== '' ? Number(rating) : rating;
  if (typeof score === 'number' && score >= 0 && score <= 1) return score;
  throw new ConclaveError(
    'invalid_request',
    `"${String(rating)}" is not good, bad or a number from 0 to 1.`,
    {
      param: 'score',
    },
  );
}
