import { z } from 'zod';
import debugPrompt from '../prompts/tools/debug.ts';
import { oneShotTool } from './asking/one-shot.ts';

/** Returns the most likely causes of a fault, each with the experiment that would prove it. */
export default oneShotTool({
  name: 'debug',
  title: 'Find a root cause',
  description: 'Find the root cause of a fault from its symptoms and files. One call, or guided by steps.',
  prompt: debugPrompt,
  task: 'debugging',
  tier: 'frontier',
  reads: 'mentioned',
  guided: true,
  list: {
    name: 'hypotheses',
    item: z.object({
      cause: z.string(),
      evidence: z.string().optional(),
      check: z.string().optional(),
      fix: z.string().optional(),
      confidence: z.number().optional(),
      file: z.string().optional(),
      line: z.int().optional(),
    }),
  },
});
