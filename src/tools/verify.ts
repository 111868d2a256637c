import { z } from 'zod';
import { meteredOutput } from './offer/metered-fields.ts';
import { askFields, readFields } from './offer/shared-fields.ts';
import { defineTool } from './offer/tool.ts';
import { verificationOutput } from './verification/verification-answer.ts';

const { verify: _verify, ...ask } = askFields;

const input = z.strictObject({
  text: z.string().min(1).optional().describe('The answer; default: the last of the thread.'),
  claims: z.array(z.string().min(1)).max(12).default([]).describe('Instead of those in the text.'),
  author: z.string().min(1).optional().describe('Model or family that wrote it; default: yours.'),
  ...readFields,
  ...ask,
});

export type VerifyInput = z.output<typeof input>;

/** Somebody else's look at an answer: claim by claim, by a family that did not write it. */
export default defineTool({
  name: 'verify',
  title: 'Verify an answer',
  description: 'Check the claims of an answer one by one, by a model of another family that sees no prompt.',
  input,
  output: z.object({ ...meteredOutput, ...verificationOutput, continuation_id: z.string().optional() }),
  readOnly: false,
  openWorld: true,
  run: async (given, context) => (await import('./verification/run-verify.ts')).runVerify(given, context),
});
