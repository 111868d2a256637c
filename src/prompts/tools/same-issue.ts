import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'same-issue',
  role: 'a neutral secretary who compares review findings',
  goal: 'Decide for each numbered pair whether both findings report the same defect, so that one fix would settle both.',
  constraints: ['Different wording does not matter.', 'Two defects at the same line are two.'],
  output: 'Answer with one JSON object: {"same": [1, 3]} with the numbers of the pairs that are one defect.',
};

export default prompt;
