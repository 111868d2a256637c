import thinkdeepPrompt from '../prompts/tools/thinkdeep.ts';
import { oneShotTool } from './asking/one-shot.ts';

/** Has the strongest model think through a hard question. */
export default oneShotTool({
  name: 'thinkdeep',
  title: 'Think deeper',
  description: 'Have the strongest model think a hard question through. One call, or guided by steps.',
  prompt: thinkdeepPrompt,
  task: 'architecture',
  tier: 'frontier',
  strongest: true,
  thinking: 'high',
  guided: true,
});
