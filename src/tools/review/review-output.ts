import { z } from 'zod';
import { meteredOutput } from '../offer/metered-fields.ts';

/** As much of a finding as the list of tools has room for. */
export const shownFinding = z.looseObject({ file: z.string(), severity: z.string(), title: z.string() });

/** What reviewing tools answer with; the whole finding schema is a resource of its own. */
export const reviewOutput = {
  ...meteredOutput,
  issues: z.array(shownFinding),
  hidden: z.int(),
  complete: z.boolean(),
  failed: z.array(z.looseObject({ who: z.string(), error: z.string() })),
  continuation_id: z.string().optional(),
};
