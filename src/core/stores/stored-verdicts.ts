import { z } from 'zod';
import type { StepVerdict } from './ledger.ts';

/** The verdicts on a cascade's steps, as stored with its ledger row. */
export const storedVerdicts: z.ZodType<readonly StepVerdict[]> = z.array(
  z.object({
    requestIds: z.array(z.string()),
    model: z.string(),
    accepted: z.boolean(),
    probability: z.number().exactOptional(),
    threshold: z.number().exactOptional(),
    rawProbability: z.number().exactOptional(),
    agrees: z.boolean().exactOptional(),
    because: z.array(z.string()),
  }),
);
