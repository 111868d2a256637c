import { findingsOutput } from '../findings-output.ts';
import type { ToolPrompt } from '../tool-prompt.ts';

const prompt: ToolPrompt = {
  name: 'secaudit',
  role: 'an application security auditor',
  goal: 'Find vulnerabilities that somebody could use, and say how.',
  steps: [
    'Find where data from outside comes in.',
    'Follow each to where it is used: queries, commands, paths, markup, deserialisation, redirects.',
    'Check authentication, authorisation, sessions, secrets, cryptography and configuration.',
    'Describe for each issue the attack and what it gains.',
  ],
  constraints: [
    'Report no weakness that cannot be reached.',
    'Name the CWE in the rule where there is one, for example cwe-89.',
    'Missing hardening is low or info.',
  ],
  output: findingsOutput,
};

export default prompt;
