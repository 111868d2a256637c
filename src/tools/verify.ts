import { z } from 'zod';
import { meteredOutput } from './offer/metered-fields.ts';
import { defineTool } from './offer/tool.ts';
import { verificationOutput } from './verification/verification-answer.ts';
import { verifyInput } from './verification/verify-input.ts';

/** Checks an answer claim by claim, with a family that did not write it. */
export default defineTool({
  name: 'verify',
  title: 'Verify an answer',
  description: 'Check the claims of an answer one by one, by a model of another family that sees no prompt.',
  input: verifyInput,
  output: z.object({ ...meteredOutput, ...verificationOutput, continuation_id: z.string().optional() }),
  readOnly: false,
  openWorld: true,
  run: async (given, context) => (await import('./verification/run-verify.ts')).runVerify(given, context),
});
