import tracerPrompt from '../prompts/tools/tracer.ts';
import { oneShotTool } from './asking/one-shot.ts';

/** Traces a call or a value through code. */
export default oneShotTool({
  name: 'tracer',
  title: 'Trace through code',
  description: 'Trace a call or a value through files, in the order in which the code runs.',
  prompt: tracerPrompt,
  task: 'qa-from-context',
  tier: 'workhorse',
  reads: 'project',
});
