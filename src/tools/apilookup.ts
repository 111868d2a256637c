import { z } from 'zod';
import { answerFields } from './asking/answer-fields.ts';
import { plainInput } from './asking/one-shot.ts';
import { defineTool } from './offer/tool.ts';

/** Answers from current documentation, with a model whose provider searches the web. */
export default defineTool({
  name: 'apilookup',
  title: 'Look up an API',
  description: 'Look up current API documentation with a model that searches the web.',
  input: plainInput,
  output: z.object({
    ...answerFields,
    sources: z.array(z.string()),
    continuation_id: z.string().optional(),
  }),
  readOnly: false,
  openWorld: true,
  run: async (given, context) => (await import('./asking/run-apilookup.ts')).runApilookup(given, context),
});
