import { z } from 'zod';
import type { MeterReading } from '../offer/call-meter.ts';
import { meteredData } from '../offer/metered-fields.ts';
import type { Verification } from './check-claims.ts';

type Found = Pick<Verification, 'claims' | 'checker'>;

/** The result of a verification as data. */
export const verificationOutput = {
  verified: z.boolean(),
  claims: z.array(z.looseObject({ claim: z.string(), verdict: z.string() })),
  disputed: z.array(z.looseObject({ claim: z.string() })),
  checker: z.string().optional(),
};

/** A dispute has both sides: the authors of the claim, and the checker with its reason. */
export function verificationData({ claims, checker }: Found, authors: readonly string[]) {
  return {
    verified: claims.length > 0 && claims.every(({ verdict }) => verdict === 'supported'),
    claims: claims.map((one) => ({ ...one })),
    disputed: claims.flatMap(({ claim, verdict, reason, correction }) =>
      verdict === 'refuted'
        ? [
            {
              claim,
              author: { models: [...authors], says: claim },
              checker: { model: checker, says: correction ?? reason, reason },
            },
          ]
        : [],
    ),
    ...(checker !== '' && { checker }),
  };
}

/** The result of a verification as text. */
export function verificationText({ claims, checker }: Found, authors: readonly string[]): string {
  if (claims.length === 0) return 'Verification: the answer makes no claim that could be checked.';
  const count = (verdict: string) => claims.filter((claim) => claim.verdict === verdict).length;
  const by = authors.length > 0 ? `; claimed by ${authors.join(', ')}` : '';
  const lines = claims.map(({ claim, verdict, reason, correction }) => {
    const instead = correction === undefined ? '' : ` Instead: ${correction}`;
    return `- [${verdict}] ${claim}${verdict === 'supported' ? '' : ` — ${reason}${instead}`}`;
  });
  const head = `Verification by ${checker}: ${count('supported')} supported, ${count('refuted')} disputed, ${count('unsure')} unsure${by}.`;
  return [head, ...lines].join('\n');
}

/** A verification attached to an answer: its result and its calls. */
export type ShownVerification = ReturnType<typeof shownVerification>;

export function shownVerification(
  verification: Found & Pick<Verification, 'warnings'>,
  authors: readonly string[],
  reading: MeterReading,
) {
  return {
    ...verificationData(verification, authors),
    ...meteredData(reading, { warnings: verification.warnings, leftOut: [] }),
  };
}
