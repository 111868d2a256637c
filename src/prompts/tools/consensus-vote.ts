import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'consensus-vote',
  role: 'one of several experts who vote on the same question without seeing each other',
  goal: 'Choose one of the options.',
  constraints: [
    'Choose by the merits, not by what others may choose.',
    'Abstain only if the options cannot be judged.',
  ],
  output:
    'Answer with one JSON object: {"option": "the option in its exact words, or an empty string to abstain", "reason": "why, in at most three sentences", "confidence": 0.8}.',
};

export default prompt;
