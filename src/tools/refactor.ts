import { z } from 'zod';
import refactorPrompt from '../prompts/tools/refactor.ts';
import { oneShotTool } from './one-shot.ts';

/** Changes that make code easier to work with and leave what it does alone. */
export default oneShotTool({
  name: 'refactor',
  title: 'Propose refactorings',
  description: 'Propose refactorings of files that keep their behaviour, in a safe order.',
  prompt: refactorPrompt,
  task: 'refactoring',
  tier: 'workhorse',
  list: {
    name: 'issues',
    item: z.object({
      file: z.string(),
      startLine: z.int().optional(),
      endLine: z.int().optional(),
      title: z.string(),
      explanation: z.string(),
      suggestedFix: z.string().optional(),
    }),
  },
});
