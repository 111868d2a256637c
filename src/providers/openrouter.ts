import { openaiCompatible } from './openai-compatible.ts';

export default openaiCompatible({
  id: 'openrouter',
  name: 'OpenRouter',
  baseUrl: 'https://openrouter.ai/api/v1',
  apiKeyFrom: 'OPENROUTER_API_KEY',
  keyUrl: 'https://openrouter.ai/settings/keys',
  // Its list of models needs no key. https://openrouter.ai/docs/api-reference/limits
  keyPath: '/key',
  quirks: {
    reasoningField: 'reasoning',
    tellsCost: 'cost',
    cacheControl: true,
    choosesProviders: true,
    // https://openrouter.ai/docs/guides/features/plugins/web-search
    actsOn: {
      audio: ['openai/*audio*'],
      plugins: ['*'],
      web_search_options: ['openai/*-search-*', 'perplexity/*'],
    },
    reasoningBudget: true,
    // OpenRouter converts them for each provider. https://openrouter.ai/docs/guides/best-practices/reasoning-tokens
    reasoningEfforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
  },
});
