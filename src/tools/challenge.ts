import challengePrompt from '../prompts/tools/challenge.ts';
import { oneShotTool } from './asking/one-shot.ts';

/** Has a statement examined critically by a model that did not make it. */
export default oneShotTool({
  name: 'challenge',
  title: 'Challenge a statement',
  description: 'Have a statement or decision examined for what is wrong with it, instead of agreeing.',
  prompt: challengePrompt,
  task: 'architecture',
  tier: 'frontier',
});
