import { openaiCompatible } from './openai-compatible.ts';

export default openaiCompatible({
  id: 'xai',
  name: 'xAI',
  baseUrl: 'https://api.x.ai/v1',
  apiKeyFrom: 'XAI_API_KEY',
  keyUrl: 'https://console.x.ai',
  otherNames: ['x-ai'],
  premiumReference: true,
  // https://docs.x.ai/developers/advanced-api-usage/regions
  standingTerms: [{ term: 'data_residency', addresses: /^https?:\/\/us\.api\.x\.ai(?:[:/]|$)/ }],
  rateFactors: [{ term: 'data_residency', percent: 110, models: /^grok-/ }],
  quirks: {
    maxTokensField: 'max_completion_tokens',
    maxStopSequences: 4,
    // https://docs.x.ai/developers/advanced-api-usage/prompt-caching/maximizing-cache-hits
    sessionHeader: 'x-grok-conv-id',
    tellsCost: 'cost_in_usd_ticks',
    reasoningField: 'reasoning_content',
    // https://docs.x.ai/docs/guides/reasoning and the chat reference: reasoning models accept none of the three.
    modelRefuses: {
      '*non-reasoning*': [],
      'grok-2*': [],
      'grok-3-mini*': ['stop', 'frequency_penalty', 'presence_penalty'],
      'grok-3*': ['presence_penalty'],
      '*': ['stop', 'frequency_penalty', 'presence_penalty'],
    },
    // https://docs.x.ai/developers/model-capabilities/text/reasoning: its other models reject any effort.
    modelEfforts: {
      'grok-3-mini*': ['low', 'high'],
      'grok-4.3*': ['none', 'low', 'medium', 'high'],
      'grok-4.5*': ['low', 'medium', 'high'],
      'grok-4.6*': ['low', 'medium', 'high', 'xhigh'],
      'grok-4.20-multi-agent*': ['low', 'medium', 'high', 'xhigh'],
      'grok-4.20*': [],
      'grok-4': [],
      'grok-4-*': [],
      'grok-3*': [],
      'grok-2*': [],
      'grok-code*': [],
    },
  },
});
