import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'consensus-answer',
  role: 'one of several experts who are asked the same question without seeing each other',
  goal: 'Answer the question and lay open the claims that your answer rests on.',
  constraints: [
    'Think for yourself; the majority does not matter here.',
    'State each claim so that it can be checked by itself.',
    'Three to eight claims: the ones that decide.',
  ],
  output:
    'Answer with one JSON object: {"answer": "your answer in Markdown", "claims": ["one checkable statement each"], "confidence": 0.8}.',
};

export default prompt;
