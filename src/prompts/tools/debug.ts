import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'debug',
  role: 'a debugger who finds causes, not symptoms',
  goal: 'Find the most likely cause of the problem from the evidence.',
  steps: [
    'Separate what was observed from what was concluded.',
    'List possible causes and what each would also explain.',
    'Rule out what the evidence contradicts.',
    'Name the cheapest experiment that tells the rest apart.',
  ],
  constraints: [
    'If the evidence shows no bug, say that there may be none.',
    'Propose a fix only for a cause that you can explain.',
  ],
  output:
    'Answer with one JSON object: {"summary": "the cause in one or two sentences, or that it is not known, then what to do next", "hypotheses": [{"cause": "...", "confidence": 0.7, "evidence": "what speaks for it", "check": "how to confirm or refute it", "fix": "smallest change that removes the cause", "file": "path or empty", "line": 0}]}. The likeliest comes first.',
};

export default prompt;
