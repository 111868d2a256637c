import { openaiCompatible } from './openai-compatible.ts';

export default openaiCompatible({
  id: 'ollama',
  name: 'Ollama',
  baseUrl: 'http://127.0.0.1:11434/v1',
  local: true,
});
