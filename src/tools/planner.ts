import { z } from 'zod';
import plannerPrompt from '../prompts/tools/planner.ts';
import { oneShotTool } from './asking/one-shot.ts';

/** Breaks a goal into steps that can be done and checked in order. */
export default oneShotTool({
  name: 'planner',
  title: 'Plan work',
  description: 'Break a goal into ordered, checkable steps. One call, or guided by steps.',
  prompt: plannerPrompt,
  task: 'architecture',
  tier: 'frontier',
  guided: true,
  list: {
    name: 'steps',
    item: z.object({
      title: z.string(),
      details: z.string(),
      check: z.string().optional(),
      dependsOn: z.array(z.int()).optional(),
    }),
  },
});
