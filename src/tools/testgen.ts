import testgenPrompt from '../prompts/tools/testgen.ts';
import { oneShotTool } from './asking/one-shot.ts';

/** Writes tests for code; writes nothing to disk. */
export default oneShotTool({
  name: 'testgen',
  title: 'Write tests',
  description: 'Write tests for files, in code blocks to save; limits and failures included.',
  prompt: testgenPrompt,
  task: 'test-writing',
  tier: 'workhorse',
  reads: 'project',
});
