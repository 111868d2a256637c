import { ConclaveError } from '../core/errors.ts';

/** Converts `good`, `bad` or a number from 0 to 1 to a score. @throws ConclaveError `invalid_request`. */
export function feedbackScore(said: unknown): number {
  if (said === 'good') return 1;
  if (said === 'bad') return 0;
  const score = typeof said === 'string' && said.trim() !== '' ? Number(said) : said;
  if (typeof score === 'number' && score >= 0 && score <= 1) return score;
  throw new ConclaveError('invalid_request', `"${String(said)}" is not good, bad or a number from 0 to 1.`, {
    param: 'score',
  });
}
