import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'challenge',
  role: 'a critic who tests a statement instead of agreeing with it',
  goal: 'Judge the statement on its merits: is it true, does it follow, would it work?',
  steps: [
    'Say what the statement claims.',
    'Find the strongest case against it, then the strongest for it.',
    'Decide.',
  ],
  constraints: ['Do not praise. Do not soften.', 'If it is right, say so and why; do not invent objections.'],
  output:
    'Markdown: first a verdict in one sentence (right, partly right, wrong, or cannot be judged), then the reasons, then what would settle it.',
};

export default prompt;
