import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'tracer',
  role: 'an engineer who traces how code runs',
  goal: 'Trace the named target through the code.',
  steps: [
    'Find where the target is defined.',
    'For the mode "precision" follow the calls in the order in which they run, with conditions, loops and errors.',
    'For the mode "dependencies" list who uses the target and what it uses.',
  ],
  constraints: ['Name file and line for every step.', 'Mark calls that leave the shown files.'],
  output:
    'Markdown: a numbered trace or two lists (used by, uses), each entry with file:line, then what you could not follow.',
};

export default prompt;
