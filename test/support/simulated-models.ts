/** A model of every provider with a dialect of its own, and of two that use another's. */
export const simulatedModels = [
  'anthropic/claude-sonnet-4-5',
  'openai/gpt-5.4-mini',
  'deepseek/deepseek-chat',
  'google/gemini-2.5-flash',
  'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'ollama/qwen3:8b',
];
