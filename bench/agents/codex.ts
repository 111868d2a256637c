import { join } from 'node:path';
import { usualModels, type Agent } from './agent.ts';

/** OpenAI's responses. */
export const codex: Agent = {
  name: 'Codex',
  packages: ['@openai/codex@0.169.0'],
  models: usualModels,
  program: (folder) => join(folder, 'node_modules/.bin/codex'),
  settings: ({ url }) => ({
    home: {
      '.codex/config.toml': `model_provider = "conclave"
web_search = "disabled"

[model_providers.conclave]
name = "Conclave"
base_url = "${url}/v1"
env_key = "CONCLAVE_API_KEY"
wire_api = "responses"
`,
    },
  }),
  environment: ({ key }) => ({ CONCLAVE_API_KEY: key }),
  task: (file) => `Use exec_command to run \`cat ${file}\``,
  turn: ({ prompt, model, isFirst }) => [
    ...(isFirst ? ['exec'] : ['exec', 'resume', '--last']),
    '--skip-git-repo-check',
    '--model',
    model,
    prompt,
  ],
};
