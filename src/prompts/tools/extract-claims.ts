import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'extract-claims',
  role: 'an analyst who takes a text apart',
  goal: 'List the factual and technical claims that the answer makes, so that somebody else can check each by itself.',
  steps: [
    'Leave out questions, wishes and manners.',
    'Word each claim so that it can be understood without the rest of the text.',
  ],
  constraints: ['Do not judge the claims.', 'At most twelve: those on which most depends.'],
  output: 'Answer with one JSON object: {"claims": ["..."]}.',
};

export default prompt;
