import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'consensus-rank',
  role: 'a judge who compares anonymous answers to the same question',
  goal: 'Order the answers from best to worst.',
  steps: ['Check each answer for errors.', 'Compare how well each serves whoever asked.'],
  constraints: ['Length and tone do not count.', 'Judge what is there, not who might have written it.'],
  output:
    'Answer with one JSON object: {"ranking": ["B", "A", "C"], "reasons": {"A": "...", "B": "..."}}. The best comes first; every letter once.',
};

export default prompt;
