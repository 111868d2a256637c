import { z } from 'zod';
import { meteredOutput } from '../offer/metered-fields.ts';

/** The members of a finding that the tools list has room for. */
export const shownFinding = z.looseObject({ file: z.string(), severity: z.string(), title: z.string() });

/** The output of reviewing tools; the whole finding schema is a separate resource. */
export const reviewOutput = {
  ...meteredOutput,
  issues: z.array(shownFinding),
  hidden: z.int(),
  complete: z.boolean(),
  failed: z.array(z.looseObject({ who: z.string(), error: z.string() })),
  continuation_id: z.string().optional(),
};
