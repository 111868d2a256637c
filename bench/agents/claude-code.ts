import { join } from 'node:path';
import { usualModels, type Agent } from './agent.ts';

/** Anthropic's messages. */
export const claudeCode: Agent = {
  name: 'Claude Code',
  packages: ['@anthropic-ai/claude-code@2.1.330'],
  models: usualModels,
  program: (folder) =>
    join(folder, `node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`),
  environment: ({ url, key }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: key,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: 'haiku',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  }),
  task: (file) => `Read the file ${file}`,
  turn: ({ prompt, model, isFirst }) => [
    ...(isFirst ? [] : ['--continue']),
    '--model',
    model,
    '--tools',
    'Read',
    '--allowedTools',
    'Read',
    '--print',
    prompt,
  ],
};
