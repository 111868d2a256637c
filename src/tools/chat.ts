import chatPrompt from '../prompts/tools/chat.ts';
import { oneShotTool } from './asking/one-shot.ts';

/** Asks another model for a second opinion, in a thread that can be continued. */
export default oneShotTool({
  name: 'chat',
  title: 'Ask another model',
  description: 'Ask another model a question, with files. Conclave picks one that fits unless you name it.',
  prompt: chatPrompt,
  task: 'chat',
  tier: 'workhorse',
});
