import { z } from 'zod';
import { ConclaveError } from '../core/errors.ts';
import { meterCalls, meterFooter } from './call-meter.ts';
import { gatherMaterial } from './gather-material.ts';
import { meteredData, meteredOutput } from './metered-fields.ts';
import { askFields, readFields } from './shared-fields.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { checkClaims } from './verification/check-claims.ts';
import {
  verificationData,
  verificationOutput,
  verificationText,
} from './verification/verification-answer.ts';

const { continuation_id: _thread, verify: _verify, ...ask } = askFields;

const input = z.strictObject({
  text: z.string().min(1).describe('The answer.'),
  claims: z.array(z.string().min(1)).max(12).default([]).describe('Instead of those in the text.'),
  author: z.string().min(1).optional().describe('Model or family that wrote it; default: yours.'),
  ...readFields,
  ...ask,
});

/** Somebody else's look at an answer: claim by claim, by a family that did not write it. */
export default defineTool({
  name: 'verify',
  title: 'Verify an answer',
  description: 'Check the claims of an answer one by one, by a model of another family that sees no prompt.',
  input,
  output: z.object({ ...meteredOutput, ...verificationOutput }),
  readOnly: false,
  openWorld: true,
  async run(given, outer) {
    const startedAt = outer.now();
    const { context, read } = meterCalls(outer);
    const author = given.author ?? context.callerFamily;
    const family = author === undefined ? undefined : familyOf(context, author);
    const checker = given.model === undefined ? undefined : context.shelf.named(given.model);
    if (checker && checker.family === family) {
      throw new ConclaveError(
        'invalid_request',
        `${checker.id} is of the family ${family}, which wrote the answer; no family checks itself.`,
        { param: 'model' },
      );
    }
    const { files, images } = given;
    const model = checker?.id ?? 'auto';
    const gathered = await gatherMaterial({ question: given.text, files, images, notes: [], model }, context);
    const verification = await checkClaims(context, {
      claims: given.claims,
      answer: gathered.question,
      material: gathered.material,
      images: gathered.images,
      nonce: gathered.nonce,
      otherFamilyThan: family === undefined ? [] : [family],
      model,
      tier: 'workhorse',
      ask: given,
    });
    const authors = author === undefined ? [] : [author];
    const reading = { ...read(), requestId: verification.requestId };
    const warnings = [
      ...gathered.warnings,
      ...(family === undefined
        ? ['nobody said who wrote the answer, so its own family may have checked it']
        : []),
    ];
    const text = verificationText(verification, authors);
    const footer = meterFooter(reading, outer.now() - startedAt);
    return {
      text: [text, ...warnings.map((warning) => `Warning: ${warning}`), footer].join('\n\n'),
      data: {
        text,
        ...verificationData(verification, authors),
        ...meteredData(reading, { warnings, leftOut: gathered.leftOut }),
      },
    };
  },
});

/** The family of a model, or the word itself where it is a family's. */
function familyOf({ shelf, catalogue }: ToolContext, author: string): string {
  const family = catalogue.models().find((model) => model.family === author.toLowerCase())?.family;
  return family ?? shelf.named(author).family;
}
