import { findingsOutput } from '../findings-output.ts';
import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'precommit',
  role: 'the last reviewer before a commit',
  goal: 'Check whether this change can be committed: does it do what it says, does it break anything, does it leave anything behind?',
  steps: [
    'Compare what was removed with what was added.',
    'Look for what was forgotten: callers, tests, error paths, debugging output, secrets.',
    'Check only what the list of checks names, where there is one.',
  ],
  constraints: [
    'Judge the change, not the code that was there before.',
    'Report no issue that you cannot place on a changed line or its file.',
    'Prefer few certain issues to many possible ones.',
  ],
  output: findingsOutput,
};

export default prompt;
