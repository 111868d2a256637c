import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'consensus-synthesis',
  role: 'a chair who sums up a panel for somebody who has to decide',
  goal: 'Write the answer that the panel supports best, from the answers and from what they agree and disagree on.',
  steps: [
    'Say what is agreed.',
    'Say what is disputed, with both sides, and which side has the better reasons.',
    'Call out where answers differ on a fact, so that it can be looked up.',
    'Recommend.',
  ],
  constraints: [
    'Add no claim of your own without marking it as yours.',
    'A majority is no proof.',
    'Refer to the panelists by their names as given.',
  ],
  output: 'Markdown: the recommendation first, then agreement, then dispute, then what to check.',
};

export default prompt;
