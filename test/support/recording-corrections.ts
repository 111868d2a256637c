import type { ErrorCode } from '../../src/core/errors.ts';
import type { Expectation } from './recorded-replies.ts';

/** What a recording's bytes contain where its own expectation differs. */
export const recordingCorrections: Readonly<Record<string, Partial<Expectation>>> = {
  // Three replies in one file: a client's stream ends with the first `message_stop`; the expectation sums up the last.
  'anthropic.anthropic-tool-search-deferred-regex.s': {
    text: "I'll help you with this task. Let me start by reading the note tree to see the current structure, and then search for the appropriate tools to add a bullet.",
    toolCalls: [{ name: 'readNoteTree', args: { noteId: 'd10aa585-982b-4bd9-984e-420f9b3717f7' } }],
    finish: 'tool_calls',
    usage: { input: 904, output: 175, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
    serverTools: 1,
  },
  // In the next three, the arguments arrive in pieces (`partialArgs`), which the expectations leave out.
  'google.google-stream-no-args-tool-call.s': {
    toolCalls: [
      { name: 'read_theme', args: {} },
      { name: 'read_screen', args: { id: 'A' } },
      { name: 'read_screen', args: { id: 'B' } },
      { name: 'read_screen', args: { id: 'C' } },
    ],
  },
  'google.google-stream-tool-call-arguments.s': {
    toolCalls: [
      { name: 'getWeather', args: { location: 'Boston' } },
      { name: 'getWeather', args: { location: 'San Francisco' } },
    ],
  },
  'google.google-stream-tool-call-array-arguments-missing-terminal-fun.s': {
    toolCalls: [
      {
        name: 'writeItems',
        args: {
          operations: [
            { action: 'add', description: 'Fresh red apple', itemid: 'apple_001', price: 0.5 },
            { action: 'add', description: 'Ripe yellow banana', itemid: 'banana_001', price: 0.3 },
          ],
        },
      },
    ],
  },
  // Its deltas were shortened by hand ("ran successfully."), but its final text continues ("ran successfully in …").
  // Streamed text cannot be taken back.
  'openai.openai-shell-container-1.s': { text: 'The command ran successfully.' },
  // A chat completion that was recorded as a Response: it has no output.
  'azure.azure-deepseek-reasoning-1.j': { finish: null, usage: null, error: 'provider_invalid_reply' },
  // 4,418 `cache_write_tokens`: this expectation leaves them out, while those of OpenRouter's recordings count them.
  // GPT-5.6 bills them.
  'openai.openai-responses-model-web-search-tool-without-external-acce.0.j': {
    usage: { input: 8576, output: 52, cacheRead: 0, cacheWrite: 4418, reasoning: 32 },
  },
  // The `thinking_tokens` of the next four: their expectations leave them out, while those of other providers'
  // recordings count them.
  'anthropic.anthropic-advisor-tool-stream.0.s': {
    usage: { input: 2411, output: 145, cacheRead: 0, cacheWrite: 0, reasoning: 47 },
  },
  'anthropic.anthropic-code-execution-files-cache-prefix-stable-automatic.1.j': {
    usage: { input: 21023, output: 489, cacheRead: 20443, cacheWrite: 574, reasoning: 77 },
  },
  'anthropic.anthropic-code-execution-files-cache-prefix-stable-automatic.2.j~2': {
    usage: { input: 15097, output: 290, cacheRead: 14714, cacheWrite: 379, reasoning: 19 },
  },
  'anthropic.thinking-with-native-tool-wire-contract-anthropic.0.j': {
    usage: { input: 7744, output: 353, cacheRead: 0, cacheWrite: 0, reasoning: 80 },
  },
};

/** The error codes of the recorded failures, which the recordings themselves do not name. */
export const recordedErrors: Readonly<Record<string, ErrorCode>> = {
  'anthropic.model-name-suggestion-anthropic.0.j': 'model_not_found',
  'bedrock.model-name-suggestion-bedrock.0.j': 'model_not_found',
  'google.model-name-suggestion-google.0.j': 'model_not_found',
  'google.model-sees-multiple-images-google-vertex.1.j': 'invalid_request',
  'groq.model-name-suggestion-groq.0.j': 'model_not_found',
  'groq.tool-regular-error.0.j': 'model_not_found',
  'groq.tool-use-failed-error-with-text.0.j': 'invalid_request',
  'openai.inferred-model-name-suggestion.0.j': 'model_not_found',
  'openai.model-name-suggestion-openai-chat.0.j': 'model_not_found',
  'openai.openai-web-search-tool-model-not-supported.0.j': 'invalid_request',
  'openrouter.openrouter-errors-raised.2.j': 'provider_rate_limited',
};
