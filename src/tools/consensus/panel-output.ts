import { z } from 'zod';
import { reviewOutput } from '../review/review-output.ts';

export const modes = ['findings', 'answer', 'vote', 'rank'] as const;

export type Mode = (typeof modes)[number];

const list = z.array(z.looseObject({}));

/** The output of consensus: members that a mode does not use are left out; lists of issues are then empty. */
export const panelOutput = {
  ...reviewOutput,
  mode: z.enum(modes),
  model: z.string().optional().describe('Wrote the text; absent if nobody did, as for votes.'),
  below_threshold: list,
  agreement: z.number().optional().describe('Share of the claims that most models make and none opposes.'),
  agreed: list.optional(),
  disputed: list.optional(),
  single: list.optional(),
  similar: list.optional(),
  dissent: list.optional(),
  winner: z.string().optional(),
  majority: z.boolean().optional(),
  votes: list.optional(),
  ranking: list.optional(),
  answers: list.optional(),
  cancelled: z.array(z.string()),
  saved_nano_usd: z.int().optional(),
};
