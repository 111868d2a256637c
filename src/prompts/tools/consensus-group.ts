import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'consensus-group',
  role: 'a neutral secretary who compares statements',
  goal: 'Group the numbered claims by the point they are about, and say for every claim whether it supports or opposes the statement of its group.',
  steps: [
    'Read all claims.',
    'Put claims about the same point into one group, also where they contradict each other or name different numbers.',
    'Word the point of each group as a neutral statement.',
  ],
  constraints: [
    'Every claim is in exactly one group.',
    'Do not judge who is right.',
    'Claims about different points stay apart even if they share words.',
  ],
  output:
    'Answer with one JSON object: {"groups": [{"statement": "the point", "supports": [1, 4], "opposes": [3]}]}.',
};

export default prompt;
