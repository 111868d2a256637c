import { z } from 'zod';
import { askFields, readFields } from '../offer/shared-fields.ts';

const { verify: _verify, ...ask } = askFields;

export const verifyInput = z.strictObject({
  text: z.string().min(1).optional().describe('The answer; default: the last of the thread.'),
  claims: z.array(z.string().min(1)).max(12).default([]).describe('To check, instead of those in the text.'),
  author: z.string().min(1).optional().describe('Model or family that wrote it; default: yours.'),
  ...readFields,
  ...ask,
});

export type VerifyInput = z.output<typeof verifyInput>;
