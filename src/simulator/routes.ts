import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../core/json/json.ts';
import {
  anthropicModel,
  anthropicModelList,
  googleModel,
  openaiModel,
  bedrockModelList,
  googleModelList,
  ollamaLoaded,
  ollamaShow,
  ollamaTags,
  ollamaVersion,
  openaiModelList,
} from './model-list.ts';
import type { Wire } from './wire.ts';
import { anthropicMessages } from './wires/anthropic-messages.ts';
import { bedrockConverse } from './wires/bedrock-converse.ts';
import {
  bedrockEmbed,
  googleBatchEmbed,
  googleEmbed,
  ollamaEmbed,
  openaiEmbeddings,
  type EmbedWire,
} from './wires/embeddings.ts';
import { googleArray, googleGenerate } from './wires/google-generate.ts';
import { ollamaChat } from './wires/ollama-chat.ts';
import { openaiChat } from './wires/openai-chat.ts';
import { openaiResponses } from './wires/openai-responses.ts';

/** What a path leads to. `wire` also defines the error format of requests that do not generate text. */
export type Route = Goal & { readonly provider: string; readonly model?: string; readonly stream?: boolean };

type Goal = { readonly wire: Wire } & (
  | { readonly act: 'generate' }
  | { readonly act: 'count-tokens'; readonly count: (tokens: number) => JsonObject }
  | { readonly act: 'embed'; readonly embed: EmbedWire }
  | { readonly act: 'page'; readonly page: (provider: string, body: JsonObject, model: string) => JsonObject }
);

type Pattern = {
  /** The groups `model` and `act` are optional. */
  readonly path: RegExp;
  /** The provider if the path names none. */
  readonly provider: string;
  readonly goal: (act: string, request: { query: URLSearchParams; headers: IncomingHttpHeaders }) => Goal;
  readonly stream?: (act: string) => boolean;
};

const inputTokens = (tokens: number): JsonObject => ({ input_tokens: tokens });

const patterns: readonly Pattern[] = [
  {
    path: /(?:\/deployments\/(?<model>[^/]+))?\/chat\/completions$/,
    provider: 'openai',
    goal: () => ({ wire: openaiChat, act: 'generate' }),
  },
  { path: /\/responses$/, provider: 'openai', goal: () => ({ wire: openaiResponses, act: 'generate' }) },
  {
    path: /\/responses\/input_tokens$/,
    provider: 'openai',
    goal: () => ({
      wire: openaiResponses,
      act: 'count-tokens',
      count: (tokens) => ({ object: 'response.input_tokens', input_tokens: tokens }),
    }),
  },
  {
    path: /\/embeddings$/,
    provider: 'openai',
    goal: () => ({ wire: openaiChat, act: 'embed', embed: openaiEmbeddings }),
  },
  { path: /\/messages$/, provider: 'anthropic', goal: () => ({ wire: anthropicMessages, act: 'generate' }) },
  {
    path: /\/messages\/count_tokens$/,
    provider: 'anthropic',
    goal: () => ({ wire: anthropicMessages, act: 'count-tokens', count: inputTokens }),
  },
  {
    path: /\/models\/(?<model>[^/:]+):(?<act>generateContent|streamGenerateContent)$/,
    provider: 'google',
    goal: (act, { query }) => ({
      wire: act.startsWith('stream') && query.get('alt') !== 'sse' ? googleArray : googleGenerate,
      act: 'generate',
    }),
    stream: (act) => act === 'streamGenerateContent',
  },
  {
    path: /\/models\/(?<model>[^/:]+):countTokens$/,
    provider: 'google',
    goal: () => ({ wire: googleGenerate, act: 'count-tokens', count: (totalTokens) => ({ totalTokens }) }),
  },
  {
    path: /\/models\/(?<model>[^/:]+):(?<act>embedContent|batchEmbedContents)$/,
    provider: 'google',
    goal: (act) => ({
      wire: googleGenerate,
      act: 'embed',
      embed: act === 'embedContent' ? googleEmbed : googleBatchEmbed,
    }),
  },
  {
    path: /\/model\/(?<model>[^/]+)\/(?<act>converse|converse-stream)$/,
    provider: 'bedrock',
    goal: () => ({ wire: bedrockConverse, act: 'generate' }),
    stream: (act) => act === 'converse-stream',
  },
  {
    path: /\/model\/(?<model>[^/]+)\/invoke$/,
    provider: 'bedrock',
    goal: () => ({ wire: bedrockConverse, act: 'embed', embed: bedrockEmbed }),
  },
  { path: /\/foundation-models$/, provider: 'bedrock', goal: () => page(bedrockConverse, bedrockModelList) },
  { path: /\/api\/chat$/, provider: 'ollama', goal: () => ({ wire: ollamaChat, act: 'generate' }) },
  {
    path: /\/api\/embed(?:dings)?$/,
    provider: 'ollama',
    goal: () => ({ wire: ollamaChat, act: 'embed', embed: ollamaEmbed }),
  },
  { path: /\/api\/tags$/, provider: 'ollama', goal: () => page(ollamaChat, ollamaTags) },
  { path: /\/api\/ps$/, provider: 'ollama', goal: () => page(ollamaChat, ollamaLoaded) },
  { path: /\/api\/version$/, provider: 'ollama', goal: () => page(ollamaChat, ollamaVersion) },
  { path: /\/api\/show$/, provider: 'ollama', goal: () => page(ollamaChat, ollamaShow) },
  { path: /\/v1beta\/models$/, provider: 'google', goal: () => page(googleGenerate, googleModelList) },
  {
    path: /\/anthropic\/v1\/models$/,
    provider: 'anthropic',
    goal: () => page(anthropicMessages, anthropicModelList),
  },
  {
    path: /\/models$/,
    provider: 'openai',
    goal: (_, { headers }) =>
      headers['anthropic-version'] === undefined
        ? page(openaiChat, openaiModelList)
        : page(anthropicMessages, () => anthropicModelList('anthropic')),
  },
  {
    path: /\/v1beta\/models\/(?<model>[^/:]+)$/,
    provider: 'google',
    goal: () => page(googleGenerate, (provider, _, model) => googleModel(provider, model)),
  },
  {
    path: /\/anthropic\/v1\/models\/(?<model>[^/]+)$/,
    provider: 'anthropic',
    goal: () => page(anthropicMessages, (_, __, model) => anthropicModel(model)),
  },
  {
    path: /\/v1\/models\/(?<model>[^/]+)$/,
    provider: 'openai',
    goal: () => page(openaiChat, (provider, _, model) => openaiModel(provider, model)),
  },
];

function page(wire: Wire, write: (provider: string, body: JsonObject, model: string) => JsonObject): Goal {
  return { wire, act: 'page', page: write };
}

/** Paths that begin with one of these have no provider prefix. */
const bareRoots: ReadonlySet<string> = new Set(['v1', 'v1beta', 'api', 'model']);

/** Matches a path: an optional provider, followed by a path of that provider's API. */
export function routeOf(url: URL, headers: IncomingHttpHeaders): Route | undefined {
  const [first = ''] = url.pathname.slice(1).split('/', 1);
  for (const pattern of patterns) {
    const found = pattern.path.exec(url.pathname);
    if (!found) continue;
    const { model, act = '' } = found.groups ?? {};
    return {
      ...pattern.goal(act, { query: url.searchParams, headers }),
      provider: bareRoots.has(first) ? pattern.provider : first,
      ...(model === undefined ? {} : { model: decodeURIComponent(model) }),
      ...(pattern.stream ? { stream: pattern.stream(act) } : {}),
    };
  }
  return undefined;
}
