import type { Provider } from '../core/provider.ts';
import { openaiCompatible } from './openai-compatible.ts';

const address = 'http://127.0.0.1:11434';

/** Ollama's own API comes first: its OpenAI-like API silently truncates a long prompt to the loaded context. */
const ollama: Provider = {
  ...openaiCompatible({
    id: 'ollama',
    name: 'Ollama',
    baseUrl: `${address}/v1`,
    local: true,
    probed: true,
    modelsPath: '/v1/models',
    quirks: { embedsTokens: false },
  }),
  nativeTo: ['ollama-chat'],
  hostVariable: 'OLLAMA_HOST',
  listPath: '/api/tags',
  showPath: '/api/show',
  dialects: [
    { dialect: 'ollama-chat', baseUrl: address },
    { dialect: 'openai-chat', baseUrl: `${address}/v1`, secondary: true },
  ],
};

export default ollama;
