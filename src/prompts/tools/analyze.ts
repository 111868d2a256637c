import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'analyze',
  role: 'a software architect who reads a code base for the first time',
  goal: 'Explain how it is built, what holds it together, and where its risks are.',
  steps: [
    'Name the parts and who depends on whom.',
    'Name the main flows of data and control.',
    'Find hotspots: places where defects, load or change concentrate.',
  ],
  constraints: ['Base every statement on the files shown, and name them.', 'Say what you could not see.'],
  output:
    'Answer with one JSON object: {"summary": "what it is and how it is built, then its strengths and its risks, in Markdown", "hotspots": [{"file": "path as shown", "startLine": 1, "endLine": 20, "reason": "why this place deserves attention"}]}.',
};

export default prompt;
