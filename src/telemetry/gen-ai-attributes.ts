import { usdFromNano } from '../core/units.ts';
import type { Attributes } from '@opentelemetry/api';
import type { Call } from '../core/call.ts';
import type { AttemptRow } from '../core/stores/ledger.ts';
import type { Candidate } from '../core/deployment.ts';
import type { ModelRequest } from '../core/wire/request.ts';
import { completionTokens, promptTokens } from '../core/money/usage.ts';

/** `gen_ai.provider.name` for our provider ids that have another name in the convention. */
const providerNames: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  google: 'gcp.gemini',
  mistral: 'mistral_ai',
  vertex: 'gcp.vertex_ai',
  xai: 'x_ai',
};

export const operationOf = ({ embedding }: ModelRequest): 'chat' | 'embeddings' =>
  embedding ? 'embeddings' : 'chat';

/**
 * Returns the attributes of a request by the GenAI conventions for client spans. Prompts and answers are never
 * included.
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
export function requestAttributes({ request, sessionId }: Call, model: string): Attributes {
  const { maxOutputTokens, temperature, topP, topK, seed, stop, output } = request;
  return {
    'gen_ai.operation.name': operationOf(request),
    'gen_ai.request.model': model,
    'gen_ai.request.stream': request.stream,
    ...(maxOutputTokens !== undefined && { 'gen_ai.request.max_tokens': maxOutputTokens }),
    ...(temperature !== undefined && { 'gen_ai.request.temperature': temperature }),
    ...(topP !== undefined && { 'gen_ai.request.top_p': topP }),
    ...(topK !== undefined && { 'gen_ai.request.top_k': topK }),
    ...(seed !== undefined && { 'gen_ai.request.seed': seed }),
    ...(stop !== undefined && { 'gen_ai.request.stop_sequences': [...stop] }),
    ...(output && { 'gen_ai.output.type': 'json' }),
    ...(sessionId && { 'gen_ai.conversation.id': sessionId }),
  };
}

/** Returns the attributes of the deployment that an attempt calls. */
export function targetAttributes({ model, deployment }: Candidate): Attributes {
  const { baseUrl } = deployment.endpoints[0] ?? {};
  const at = baseUrl && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  return {
    'gen_ai.provider.name': providerNames[model.provider] ?? model.provider,
    ...(at && {
      'server.address': at.hostname,
      'server.port': Number(at.port) || (at.protocol === 'http:' ? 80 : 443),
    }),
    'conclave.deployment': deployment.id,
    'conclave.simulated': deployment.simulated,
  };
}

/**
 * Returns the attributes of a finished attempt. Cache reads and writes count as input here, and reasoning as output.
 */
export function attemptAttributes({ usage, ...row }: AttemptRow): Attributes {
  return {
    'gen_ai.usage.input_tokens': promptTokens(usage),
    'gen_ai.usage.output_tokens': completionTokens(usage),
    ...(usage.cacheRead > 0 && { 'gen_ai.usage.cache_read.input_tokens': usage.cacheRead }),
    ...(usage.cacheWrite + usage.cacheWriteLong > 0 && {
      'gen_ai.usage.cache_creation.input_tokens': usage.cacheWrite + usage.cacheWriteLong,
    }),
    ...(usage.reasoning > 0 && { 'gen_ai.usage.reasoning.output_tokens': usage.reasoning }),
    ...(row.firstByteMs !== undefined && { 'gen_ai.response.time_to_first_chunk': row.firstByteMs / 1_000 }),
    ...(row.status !== undefined && { 'http.response.status_code': row.status }),
    ...(row.errorCode && { 'error.type': row.errorCode }),
    ...(row.cost !== undefined && { 'conclave.cost_usd': usdFromNano(row.cost) }),
    'conclave.estimated': row.estimated,
  };
}
