import type { Offer, Rates } from './price-list.ts';

/**
 * Offers of further providers, one per line: model, window, then USD per million tokens as input/output/cache
 * read/cache write/long cache write. `call` is a fee per call, `above` begins the rates of prompts longer than that
 * many tokens. These come from the same public list that the catalogue reads, so for them only the arithmetic is
 * independent.
 */
const table = `
anthropic/claude-sonnet-5-5 1000000 2/10/0.1/2.5/4
bedrock/amazon.nova-premier-v1:0 1000000 2.5/12.5/0.625
bedrock/amazon.nova-pro-v1:0 300000 0.8/3.2/0.2
bedrock/global.amazon.nova-2-lite-v1:0 1000000 0.3/2.5/0.075
bedrock/amazon.nova-lite-v1:0 300000 0.06/0.24/0.015
bedrock/amazon.nova-micro-v1:0 128000 0.035/0.14/0.00875
bedrock/global.anthropic.claude-fable-5-1-v1:0 1000000 10/50/0.25/12.5/20
bedrock/global.anthropic.claude-haiku-4-5-20251001-v1:0 200000 1/5/0.1/1.25/2
bedrock/global.anthropic.claude-haiku-5-5 1000000 0.1/0.5/0.01/0.125/0.2 above 100000 0.5/2.5/0.05/0.625/1
bedrock/global.anthropic.claude-opus-4-8-v1:0 1000000 5/25/0.5/6.25/10
bedrock/global.anthropic.claude-opus-5 1000000 5/25/0.5/6.25/10
bedrock/global.anthropic.claude-opus-5-5 1000000 4/20/0.2/5/8
bedrock/global.anthropic.claude-sonnet-4-6-v1:0 1000000 3/15/0.3/3.75/6
bedrock/global.anthropic.claude-sonnet-5-5 1000000 2/10/0.1/2.5/4
bedrock/global.anthropic.claude-sonnet-5-v1:0 1000000 2/10/0.2/2.5/4
bedrock/global.openai.gpt-5.6-luna 1000000 0.2/1.2/0.02/0.25 above 271999 0.4/1.8/0.04/0.5
bedrock/global.openai.gpt-5.6-sol 1000000 4/20/0.4/5 above 271999 8/30/0.8/10
bedrock/global.openai.gpt-5.6-terra 1000000 2/12/0.2/2.5 above 271999 4/18/0.4/5
bedrock/google.gemma-3-27b-it 128000 0.23/0.38
bedrock/meta.llama3-1-8b-instruct-v1:0 128000 0.22/0.22
bedrock/meta.llama3-3-70b-instruct-v1:0 128000 0.72/0.72
bedrock/meta.llama4-maverick-17b-instruct-v1:0 1000000 0.24/0.97
bedrock/meta.llama4-scout-17b-instruct-v1:0 10000000 0.17/0.66
bedrock/openai.gpt-5.4 - 2.75/16.5/0.275
bedrock/openai.gpt-5.5 - 5.5/33/0.55
bedrock/openai.gpt-oss-120b-1:0 128000 0.15/0.6
bedrock/openai.gpt-oss-20b-1:0 128000 0.07/0.3
bedrock/qwen.qwen3-32b-v1:0 32000 0.15/0.6
bedrock/qwen.qwen3-coder-30b-a3b-v1:0 256000 0.15/0.6
bedrock/qwen.qwen3-coder-480b-a35b-v1:0 128000 0.45/1.8
bedrock/anthropic.claude-fable-5-1 1000000 11/55/0.275/13.75/22
bedrock/anthropic.claude-opus-5 1000000 5.5/27.5/0.55/6.875/11
bedrock/anthropic.claude-opus-5-5 1000000 4.4/22/0.22/5.5/8.8
cerebras/gemma-4-31b 131072 0.99/1.49
cerebras/gpt-oss-120b 131072 0.35/0.75
deepseek/deepseek-v3.2 128000 0.2288/0.3432
groq/llama-3.1-8b-instant 131072 0.05/0.08
groq/llama-3.3-70b-specdec 131072 0.59/0.99
groq/llama-3.3-70b-versatile 131072 0.59/0.79
groq/meta-llama/llama-4-maverick-17b-128e-instruct 131072 0.2/0.6
groq/meta-llama/llama-4-scout-17b-16e-instruct - 0.11/0.34
groq/openai/gpt-oss-120b 131072 0.15/0.6/0.075
groq/openai/gpt-oss-20b 131072 0.075/0.3/0.0375
groq/qwen/qwen3-32b 131072 0.29/0.59
mistral/ministral-14b-2512 262144 0.2/0.2/0.02
mistral/ministral-8b-2512 262144 0.15/0.15/0.015
openrouter/anthropic/claude-fable-5.1 1000000 10/50/0.25/12.5/20
openrouter/anthropic/claude-haiku-4.5 200000 1/5/0.1/1.25/2
openrouter/anthropic/claude-opus-4.8 1000000 5/25/0.5/6.25/10
openrouter/anthropic/claude-opus-5 1000000 5/25/0.5/6.25/10
openrouter/anthropic/claude-opus-5.5 1000000 4/20/0.2/5/8
openrouter/anthropic/claude-sonnet-4.6 1000000 3/15/0.3/3.75/6
openrouter/anthropic/claude-sonnet-5 1000000 2/10/0.2/2.5/4
openrouter/cohere/command-r7b-12-2024 128000 0.0375/0.15
openrouter/deepseek/deepseek-v3.2 - 0.2288/0.3432
openrouter/deepseek/deepseek-v4-flash - 0.0983/0.1966/0.0197
openrouter/deepseek/deepseek-v4-pro - 0.435/0.87/0.003625
openrouter/google/gemini-3.1-flash-lite 1048576 0.25/1.5/0.025/0.083333
openrouter/google/gemini-3.1-pro-preview 1048576 2/12/0.2/0.375
openrouter/google/gemini-3.5-flash 1048576 1.5/9/0.15/0.083333
openrouter/google/gemma-3-27b-it 131072 0.1/0.2
openrouter/google/gemma-4-26b-a4b-it 262144 0.06/0.33
openrouter/google/gemma-4-31b-it 262144 0.09/0.34/0.05
openrouter/meta-llama/llama-3.1-8b-instruct 131072 0.02/0.03
openrouter/meta-llama/llama-3.3-70b-instruct 131072 0.05/0.24
openrouter/meta-llama/llama-4-maverick - 0.15/0.6
openrouter/meta-llama/llama-4-scout - 0.08/0.3
openrouter/minimax/minimax-m2 - 0.255/1/0.03
openrouter/minimax/minimax-m2.7 - 0.27/1.08/0.054
openrouter/minimax/minimax-m3 - 0.3/1.2/0.06
openrouter/mistralai/codestral-2508 256000 0.3/0.9/0.03
openrouter/mistralai/devstral-2512 262144 0.4/2/0.04
openrouter/mistralai/ministral-14b-2512 262144 0.2/0.2/0.02
openrouter/mistralai/ministral-8b-2512 262144 0.15/0.15/0.015
openrouter/mistralai/mistral-large-2512 262144 0.5/1.5/0.05
openrouter/mistralai/mistral-medium-3-5 262144 1.5/7.5
openrouter/mistralai/mistral-small-2603 - 0.15/0.6/0.015
openrouter/moonshotai/kimi-k2.5 - 0.4/1.9/0.09
openrouter/moonshotai/kimi-k2.6 - 0.68/3.41/0.34
openrouter/moonshotai/kimi-k2.7-code 262144 0.75/3.5/0.16
openrouter/moonshotai/kimi-k3 1048576 3/15/0.3
openrouter/openai/gpt-5.4 1050000 2.5/15/0.25 above 272000 5/22.5/0.5
openrouter/openai/gpt-5.4-mini 400000 0.75/4.5/0.075
openrouter/openai/gpt-5.4-nano 400000 0.2/1.25/0.02
openrouter/openai/gpt-5.5 1050000 5/30/0.5 above 272000 10/45/1
openrouter/openai/gpt-5.6-luna 1050000 0.2/1.2/0.02/0.25 above 272000 0.4/1.8/0.04/0.5
openrouter/openai/gpt-5.6-sol 1050000 2/10/0.2/2.5 above 272000 4/15/0.4/5
openrouter/openai/gpt-5.6-terra 1050000 2/12/0.2/2.5 above 272000 4/18/0.4/5
openrouter/openai/gpt-6-luna 1050000 0.1/0.5/0.01/0.125 above 272000 0.2/0.75/0.02/0.25
openrouter/openai/gpt-6-sol 1050000 2/10/0.2/2.5 above 272000 4/15/0.4/5
openrouter/openai/gpt-oss-120b 131072 0.039/0.18
openrouter/openai/gpt-oss-20b 131072 0.029/0.14
openrouter/perplexity/sonar 127072 1/1
openrouter/perplexity/sonar-pro 200000 3/15
openrouter/perplexity/sonar-reasoning-pro 128000 2/8
openrouter/qwen/qwen3-235b-a22b 131072 0.13/0.6
openrouter/qwen/qwen3-235b-a22b-2507 131072 0.09/0.1
openrouter/qwen/qwen3-235b-a22b-thinking-2507 131072 0.1/0.1
openrouter/qwen/qwen3-32b 131072 0.1/0.3
openrouter/qwen/qwen3-coder-30b-a3b-instruct 262144 0.07/0.27
openrouter/qwen/qwen3-coder-plus 1000000 0.65/3.25/0.13/0.8125
openrouter/qwen/qwen3-max 262144 1.2/6
openrouter/qwen/qwen3.5-27b 262144 0.195/1.56
openrouter/qwen/qwen3.6-27b 262144 0.289/2.4
openrouter/qwen/qwen3.6-flash 1000000 0.1875/1.125/-/0.234375
openrouter/qwen/qwen3.7-max 1000000 1.25/3.75/0.25/1.5625
openrouter/qwen/qwen3.7-plus 1000000 0.4/1.6/0.08/0.5
openrouter/x-ai/grok-4.3 1000000 1.25/2.5/0.2
openrouter/x-ai/grok-build-0.1 256000 1/2/0.2
openrouter/z-ai/glm-5.2 1048576 1.4/4.4/0.26
openrouter/z-ai/glm-5.3 1048576 1.4/4.4/0.26
openrouter/z-ai/glm-5.3-flash 1310720 0.075/0.25/0.015
xai/grok-4.6 500000 2/6/0.5 above 199999 4/12/1
xai/grok-4.5 500000 2/6/0.3 above 199999 4/12/0.6
xai/grok-4.3 1000000 1.25/2.5/0.2 above 199999 2.5/5/0.4
xai/grok-build-0.1 256000 1/2/0.2 above 199999 2/4/0.4
arcee/deepseek/deepseek-v4-flash-latest - 0.14/0.28/0.028
arcee/deepseek/deepseek-v4-pro - 1.74/3.48/0.2
arcee/moonshotai/kimi-k3 - 3/15/0.3
arcee/zai-org/glm-5.2 1000000 1.4/4.4/0.26
avian/deepseek/deepseek-v3.2 163000 0.23/0.33/0.012
avian/deepseek/deepseek-v4-flash 1000000 0.0805/0.161/0.0165
avian/deepseek/deepseek-v4-pro 1000000 1.305/2.61/0.10875
avian/moonshotai/kimi-k2.5 262000 0.45/2.2/0.225
avian/moonshotai/kimi-k2.6 262000 0.95/4/0.16
avian/z-ai/glm-5.2 1000000 0.495/1.733/0.124
baseten/deepseek-ai/DeepSeek-V4-Pro 1048000 1.74/3.48/0.145
baseten/moonshotai/Kimi-K2.6 262000 0.95/4/0.16
baseten/moonshotai/Kimi-K2.7-Code 262000 0.95/4/0.16
baseten/moonshotai/Kimi-K3 1048000 3/15/0.3
baseten/openai/gpt-oss-120b 128000 0.1/0.5
baseten/zai-org/GLM-5.2 1048000 1.4/4.4/0.14
baseten/zai-org/GLM-5.3 1048000 1.4/4.4/0.14
baseten/zai-org/GLM-5.3-Flash 1048000 0.15/0.5/0.03
cloudflare/@cf/google/gemma-4-26b-a4b-it 256000 0.1/0.3
cloudflare/@cf/meta/llama-3.1-8b-instruct-fp8 131072 0.152/0.287
cloudflare/@cf/meta/llama-3.1-8b-instruct-fp8-fast 131072 0.045/0.384
cloudflare/@cf/meta/llama-3.3-70b-instruct-fp8-fast 24000 0.293/2.253
cloudflare/@cf/meta/llama-4-scout-17b-16e-instruct - 0.27/0.85
cloudflare/@cf/moonshotai/kimi-k2.6 - 0.95/4/0.16
cloudflare/@cf/moonshotai/kimi-k2.7-code - 0.95/4/0.19
cloudflare/@cf/openai/gpt-oss-120b 128000 0.35/0.75
cloudflare/@cf/openai/gpt-oss-20b 128000 0.2/0.3
cloudflare/@cf/qwen/qwen3.8-27b 262144 0.45/3.2
cloudflare/@cf/zai-org/glm-5.2 1000000 1.4/4.4/0.26
cloudflare/@cf/zai-org/glm-5.3-flash 1000000 0.15/0.5/0.03
cohere/command-a-03-2025 256000 2.5/10
cohere/command-r7b-12-2024 128000 0.0375/0.15
fireworks/accounts/fireworks/models/deepseek-v4-flash 1040000 0.14/0.28/0.028
fireworks/accounts/fireworks/models/deepseek-v4-pro 1048576 1.74/3.48/0.145
fireworks/accounts/fireworks/models/gemma-3-27b-it 131000 0.1/0.1
fireworks/accounts/fireworks/models/gpt-oss-120b 131072 0.15/0.6/0.014
fireworks/accounts/fireworks/models/gpt-oss-20b 131072 0.07/0.3/0.035
fireworks/accounts/fireworks/models/kimi-k3 1040000 3/15/0.3
fireworks/accounts/fireworks/models/llama4-maverick-instruct-basic 1000000 0.22/0.88
fireworks/accounts/fireworks/models/minimax-m3 524288 0.3/1.2/0.06
fireworks/accounts/fireworks/models/qwen3-235b-a22b 128000 0.22/0.88
minimax/minimax-m3 1000000 0.3/1.2/0.06 above 512000 0.6/2.4/0.12
minimax/MiniMax-M2.7 204800 0.3/1.2/0.06/0.375
minimax/MiniMax-M2 204800 0.3/1.2/0.03/0.375
modal/moonshotai/Kimi-K3 1048576 3/15/0.3
moonshot/kimi-k3 1048576 3/15/0.3
moonshot/kimi-k2.6 262144 0.95/4/0.16
moonshot/kimi-k2.7-code 262144 0.95/4/0.19
moonshot/kimi-k2.5 262144 0.6/3/0.1
novita/meta-llama/llama-3.1-8b-instruct 16384 0.05/0.05
novita/meta-llama/llama-3.1-8b-instruct-bf16 131072 0.06/0.06
novita/meta-llama/llama-3.3-70b-instruct 12288 0.39/0.39
ovhcloud/Llama-3.1-8B-Instruct 131072 0.11/0.11
ovhcloud/Qwen3-32B 32768 0.09/0.25
ovhcloud/Qwen3-Coder-30B-A3B-Instruct 262144 0.07/0.26
ovhcloud/gpt-oss-120b 131072 0.09/0.47
ovhcloud/gpt-oss-20b 131072 0.05/0.18
perplexity/sonar-reasoning-pro 128000 2/8 call 0.014
perplexity/sonar-pro 200000 3/15 call 0.014
perplexity/sonar 128000 1/1 call 0.012
together/meta-llama/Llama-3.3-70B-Instruct-Turbo 131072 0.88/0.88
together/meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8 - 0.27/0.85
together/meta-llama/Llama-4-Scout-17B-16E-Instruct - 0.18/0.59
together/meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo 131072 0.18/0.18
together/meta-llama/Meta-Llama-3.3-70B-Instruct-Turbo 131072 0.88/0.88
zai/glm-5.3 1000000 1.4/4.4/0.26
zai/glm-5.2 1000000 1.4/4.4/0.26
zai/glm-5.3-flash 1000000 0.075/0.25/0.015
zhipu/GLM-5.2 1000000 1.103/3.862/0.276
zhipu/GLM-5.3 1000000 1.103/3.862/0.276
zhipu/GLM-5.3-Flash 1000000 0.055/0.193/0.016
`;

export const furtherOffers: Readonly<Record<string, Offer>> = Object.fromEntries(
  table.trim().split('\n').map(readLine),
);

function readLine(line: string): [string, Offer] {
  const [id = '', window = '', rates = '', ...rest] = line.split(' ');
  const after = (word: string): string[] => (rest.includes(word) ? rest.slice(rest.indexOf(word) + 1) : []);
  const [perCall] = after('call');
  const [over, longRates] = after('above');
  return [
    id,
    {
      rates: { ...readRates(rates), ...(perCall !== undefined && { perCall }) },
      ...(window !== '-' && { window: Number(window) }),
      ...(longRates !== undefined && { long: { over: Number(over), rates: readRates(longRates) } }),
    },
  ];
}

function readRates(text: string): Rates {
  const [input = '0', output = '0', cacheRead, cacheWrite, cacheWriteLong] = text
    .split('/')
    .map((rate) => (rate === '-' ? undefined : rate));
  return {
    input,
    output,
    ...(cacheRead !== undefined && { cacheRead }),
    ...(cacheWrite !== undefined && { cacheWrite }),
    ...(cacheWriteLong !== undefined && { cacheWriteLong }),
  };
}
