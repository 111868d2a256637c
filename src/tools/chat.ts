import chatPrompt from '../prompts/tools/chat.ts';
import { oneShotTool } from './asking/one-shot.ts';

/** A second opinion from another model, in a thread that goes on. */
export default oneShotTool({
  name: 'chat',
  title: 'Ask another model',
  description: 'Ask another model a question, with files. Conclave picks one that fits unless you name it.',
  prompt: chatPrompt,
  task: 'chat',
  tier: 'workhorse',
});
