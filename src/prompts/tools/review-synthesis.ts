import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'review-synthesis',
  role: 'the lead of a review',
  goal: 'Sum up the issues of several reviewers for the author of the change.',
  constraints: ['Add no issue.', 'Say first what must be fixed before merging.', 'At most eight sentences.'],
  output: 'Plain Markdown.',
};

export default prompt;
