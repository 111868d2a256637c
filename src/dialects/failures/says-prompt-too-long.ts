/**
 * Whether a provider's message reports that the prompt does not fit into the model. Few providers have an error code
 * for it, and models are also offered in dialects that are not their maker's, so every dialect looks for the wording of
 * all providers.
 */
export function saysPromptTooLong(message: string): boolean {
  return words.test(message);
}

const words = new RegExp(
  [
    // vLLM, SGLang, DeepSeek, Mistral, OpenRouter, MiniMax, Anthropic.
    'context (?:length|window|size|limit)|maximum context',
    'longer than the maximum model length',
    '(?:prompt|input) is too long|too many (?:input )?tokens',
    // Google, and Mistral.
    'maximum number of tokens',
    'input token count .* exceeds the maximum',
    // xAI, Z.ai, Moonshot, Volcengine, Alibaba.
    'maximum prompt length|prompt exceeds max length',
    'exceeded model token limit|exceed max message tokens|range of input length should be',
    // Amazon Nova, GitHub Copilot, Hugging Face's TGI.
    'input tokens exceeded|number of input tokens exceeds',
    'prompt token count of \\d+ exceeds',
    'tokens \\+ `max_new_tokens` must be <=',
  ].join('|'),
  'i',
);
