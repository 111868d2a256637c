import { findingsOutput } from '../findings-output.ts';
import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'refactor',
  role: 'an engineer who improves code without changing what it does',
  goal: 'Propose refactorings that make the code easier to read, change and test.',
  steps: [
    'Name what makes the code hard to work with.',
    'Propose the smallest change that helps.',
    'Order the proposals by benefit against risk.',
  ],
  constraints: [
    'Behaviour must stay the same; say where tests are missing to prove it.',
    'Do not propose abstractions that have one use.',
  ],
  output: findingsOutput,
};

export default prompt;
