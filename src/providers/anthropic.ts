import type { Provider } from '../core/provider.ts';

const anthropic: Provider = {
  id: 'anthropic',
  name: 'Anthropic',
  dialects: [{ dialect: 'anthropic-messages', baseUrl: 'https://api.anthropic.com' }],
  auth: 'x-api-key',
  keyVariables: ['ANTHROPIC_API_KEY'],
  quirks: { takesAttribution: true },
  local: false,
  modelsPath: '/v1/models',
  keyUrl: 'https://platform.claude.com/settings/keys',
};

export default anthropic;
