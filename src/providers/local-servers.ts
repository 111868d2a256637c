import type { OpenAICompatible } from './openai-compatible.ts';

/**
 * Servers on the user's own machine, at their default ports (several share one). A key is only sent if config gives
 * one.
 */
export const localServers: readonly OpenAICompatible[] = [
  { id: 'aphrodite', name: 'Aphrodite Engine', baseUrl: 'http://127.0.0.1:2242/v1', local: true },
  {
    id: 'docker-model-runner',
    name: 'Docker Model Runner',
    baseUrl: 'http://127.0.0.1:12434/engines/v1',
    local: true,
  },
  { id: 'exo', name: 'exo', baseUrl: 'http://127.0.0.1:52415/v1', local: true },
  { id: 'fastchat', name: 'FastChat', baseUrl: 'http://127.0.0.1:8000/v1', local: true },
  { id: 'gpt4all', name: 'GPT4All', baseUrl: 'http://127.0.0.1:4891/v1', local: true },
  { id: 'jan', name: 'Jan', baseUrl: 'http://127.0.0.1:1337/v1', local: true },
  { id: 'koboldcpp', name: 'KoboldCpp', baseUrl: 'http://127.0.0.1:5001/v1', local: true },
  { id: 'lemonade', name: 'Lemonade', baseUrl: 'http://127.0.0.1:13305/api/v1', local: true },
  { id: 'llamacpp', name: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1', local: true, probed: true },
  { id: 'llama-swap', name: 'llama-swap', baseUrl: 'http://127.0.0.1:8080/v1', local: true },
  { id: 'llamafile', name: 'llamafile', baseUrl: 'http://127.0.0.1:8080/v1', local: true },
  { id: 'lmdeploy', name: 'LMDeploy', baseUrl: 'http://127.0.0.1:23333/v1', local: true },
  { id: 'lmstudio', name: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1', local: true, probed: true },
  { id: 'localai', name: 'LocalAI', baseUrl: 'http://127.0.0.1:8080/v1', local: true },
  { id: 'mlx', name: 'MLX LM', baseUrl: 'http://127.0.0.1:8080/v1', local: true },
  { id: 'openvino', name: 'OpenVINO Model Server', baseUrl: 'http://127.0.0.1:8000/v3', local: true },
  { id: 'ramalama', name: 'RamaLama', baseUrl: 'http://127.0.0.1:8080/v1', local: true },
  { id: 'sglang', name: 'SGLang', baseUrl: 'http://127.0.0.1:30000/v1', local: true },
  { id: 'tabbyapi', name: 'TabbyAPI', baseUrl: 'http://127.0.0.1:5000/v1', local: true },
  {
    id: 'text-generation-webui',
    name: 'text-generation-webui',
    baseUrl: 'http://127.0.0.1:5000/v1',
    local: true,
  },
  { id: 'tgi', name: 'Text Generation Inference', baseUrl: 'http://127.0.0.1:3000/v1', local: true },
  { id: 'vllm', name: 'vLLM', baseUrl: 'http://127.0.0.1:8000/v1', local: true, probed: true },
  { id: 'xinference', name: 'Xinference', baseUrl: 'http://127.0.0.1:9997/v1', local: true },
  // A gateway run by the user; its models may belong to any provider.
  {
    id: 'litellm',
    name: 'LiteLLM Proxy',
    baseUrl: 'http://127.0.0.1:4000/v1',
    apiKeyFrom: 'LITELLM_API_KEY',
  },
];
