import type { Provider } from '../core/provider.ts';

const anthropic: Provider = {
  id: 'anthropic',
  name: 'Anthropic',
  dialects: [{ dialect: 'anthropic-messages', baseUrl: 'https://api.anthropic.com' }],
  auth: 'x-api-key',
  keyVariables: ['ANTHROPIC_API_KEY'],
  quirks: { takesAttribution: true, shortensPrompts: true },
  local: false,
  modelsPath: '/v1/models',
  keyUrl: 'https://platform.claude.com/settings/keys',
  nativeTo: ['anthropic-messages'],
  premiumReference: true,
  rateFactors: [
    // https://platform.claude.com/docs/en/build-with-claude/fast-mode
    { term: 'speed=fast', percent: 600, models: /^claude-opus-4-[67](?:-\d{8})?$/ },
    { term: 'speed=fast', percent: 200, models: /^claude-opus-(?:4-8|5|5-5)(?:-\d{8})?$/ },
    // On all token rates, since Opus 4.6: https://platform.claude.com/docs/en/manage-claude/data-residency
    { term: 'inference_geo=us', percent: 110, models: /^claude-/ },
  ],
};

export default anthropic;
