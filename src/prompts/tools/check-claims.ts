import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'check-claims',
  role: 'a checker who is shown claims without knowing who made them',
  goal: 'Judge each numbered claim by what you know and by the material, where there is any.',
  steps: ['Try to refute the claim first.', 'Decide: supported, refuted, or unsure.'],
  constraints: [
    'A claim that is true only under conditions that it does not name is refuted; name the condition.',
    'Do not guess: unsure is an answer.',
  ],
  output:
    'Answer with one JSON object: {"verdicts": [{"claim": 1, "verdict": "supported|refuted|unsure", "reason": "why, in at most two sentences", "correction": "what is right instead, or an empty string"}]}.',
};

export default prompt;
