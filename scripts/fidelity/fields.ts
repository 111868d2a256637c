import type { JsonObject } from '../../src/core/json/json.ts';

/** The client dialects. */
export const clientDialects = ['openai-chat', 'openai-responses', 'anthropic-messages'] as const;
export type ClientDialect = (typeof clientDialects)[number];

/** One feature of a request, in each dialect that has it. Its fields replace those of the base. */
export type Field = {
  readonly name: string;
  readonly words: Partial<Record<ClientDialect, JsonObject>>;
  /** The field is already in the base: only the difference counts. */
  readonly beside?: string;
};

const png = 'iVBORw0KGgo=';
const pdf = 'JVBERi0xLjQ=';
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

const functionTool = {
  type: 'function',
  function: { name: 'get_weather', description: 'Weather', parameters: schema },
};
const flatTool = {
  type: 'function',
  name: 'get_weather',
  description: 'Weather',
  parameters: schema,
  strict: false,
};
const anthropicTool = { name: 'get_weather', description: 'Weather', input_schema: schema };

const chatSays = (...content: JsonObject[]): JsonObject => ({ messages: [{ role: 'user', content }] });
const responsesSays = (...content: JsonObject[]): JsonObject => ({ input: [{ role: 'user', content }] });

/** A conversation in which a tool has been called. */
const calledTool: Readonly<Record<ClientDialect, JsonObject>> = {
  'openai-chat': {
    tools: [functionTool],
    messages: [
      { role: 'user', content: 'Hello' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'Rain' },
    ],
  },
  'openai-responses': {
    tools: [flatTool],
    input: [
      { role: 'user', content: 'Hello' },
      { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'Rain' },
    ],
  },
  'anthropic-messages': {
    tools: [anthropicTool],
    messages: [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'get_weather', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'Rain' }] },
    ],
  },
};

/** A plain question. */
export const base: Readonly<Record<ClientDialect, JsonObject>> = {
  'openai-chat': { model: 'm', messages: [{ role: 'user', content: 'Hello' }] },
  'openai-responses': { model: 'm', input: 'Hello' },
  'anthropic-messages': { model: 'm', max_tokens: 500, messages: [{ role: 'user', content: 'Hello' }] },
};

export const fields: readonly Field[] = [
  {
    name: 'system prompt',
    words: {
      'openai-chat': {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hello' },
        ],
      },
      'openai-responses': { instructions: 'Be brief.' },
      'anthropic-messages': { system: 'Be brief.' },
    },
  },
  {
    name: 'image, inline',
    words: {
      'openai-chat': chatSays({ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }),
      'openai-responses': responsesSays({ type: 'input_image', image_url: `data:image/png;base64,${png}` }),
      'anthropic-messages': chatSays({
        type: 'image',
        source: { type: 'base64', media_type: 'image/png', data: png },
      }),
    },
  },
  {
    name: 'image, by address',
    words: {
      'openai-chat': chatSays({ type: 'image_url', image_url: { url: 'https://example.org/a.png' } }),
      'openai-responses': responsesSays({ type: 'input_image', image_url: 'https://example.org/a.png' }),
      'anthropic-messages': chatSays({
        type: 'image',
        source: { type: 'url', url: 'https://example.org/a.png' },
      }),
    },
  },
  {
    name: 'document, inline',
    words: {
      'openai-chat': chatSays({
        type: 'file',
        file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` },
      }),
      'openai-responses': responsesSays({
        type: 'input_file',
        filename: 'a.pdf',
        file_data: `data:application/pdf;base64,${pdf}`,
      }),
      'anthropic-messages': chatSays({
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: pdf },
      }),
    },
  },
  {
    name: 'uploaded file',
    words: {
      'openai-chat': chatSays({ type: 'file', file: { file_id: 'file-1' } }),
      'openai-responses': responsesSays({ type: 'input_file', file_id: 'file-1' }),
      'anthropic-messages': chatSays({ type: 'document', source: { type: 'file', file_id: 'file_1' } }),
    },
  },
  {
    name: 'sound',
    words: { 'openai-chat': chatSays({ type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } }) },
  },
  {
    name: 'tools',
    words: {
      'openai-chat': { tools: [functionTool] },
      'openai-responses': { tools: [flatTool] },
      'anthropic-messages': { tools: [anthropicTool] },
    },
  },
  {
    name: 'strict tools',
    beside: 'tools',
    words: {
      'openai-chat': { tools: [{ type: 'function', function: { ...functionTool.function, strict: true } }] },
      'openai-responses': { tools: [{ ...flatTool, strict: true }] },
      'anthropic-messages': { tools: [{ ...anthropicTool, strict: true }] },
    },
  },
  {
    name: 'a forced tool',
    beside: 'tools',
    words: {
      'openai-chat': {
        tools: [functionTool],
        tool_choice: { type: 'function', function: { name: 'get_weather' } },
      },
      'openai-responses': { tools: [flatTool], tool_choice: { type: 'function', name: 'get_weather' } },
      'anthropic-messages': { tools: [anthropicTool], tool_choice: { type: 'tool', name: 'get_weather' } },
    },
  },
  { name: 'calls of tools and their results', words: calledTool },
  {
    name: 'a search for tools that the client ran (tool_reference)',
    words: {
      'anthropic-messages': {
        tools: [anthropicTool],
        messages: [
          { role: 'user', content: 'Hello' },
          {
            role: 'assistant',
            content: [{ type: 'tool_use', id: 'call_1', name: 'search_tools', input: {} }],
          },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: 'call_1',
                content: [{ type: 'tool_reference', tool_name: 'get_weather' }],
              },
            ],
          },
        ],
      },
    },
  },
  {
    name: 'a summary of what was compacted',
    words: {
      'anthropic-messages': {
        messages: [
          { role: 'user', content: 'Hello' },
          { role: 'assistant', content: [{ type: 'compaction', content: 'They greeted each other.' }] },
          { role: 'user', content: 'Go on.' },
        ],
      },
    },
  },
  {
    name: 'no further call of a tool',
    beside: 'calls of tools and their results',
    words: {
      'openai-chat': { ...calledTool['openai-chat'], tool_choice: 'none' },
      'openai-responses': { ...calledTool['openai-responses'], tool_choice: 'none' },
      'anthropic-messages': { ...calledTool['anthropic-messages'], tool_choice: { type: 'none' } },
    },
  },
  {
    name: 'one tool at a time',
    beside: 'tools',
    words: {
      'openai-chat': { tools: [functionTool], parallel_tool_calls: false },
      'openai-responses': { tools: [flatTool], parallel_tool_calls: false },
      'anthropic-messages': {
        tools: [anthropicTool],
        tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      },
    },
  },
  {
    name: 'tools of the provider’s own (web search)',
    words: {
      'openai-chat': { web_search_options: {} },
      'openai-responses': { tools: [{ type: 'web_search' }] },
      'anthropic-messages': { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    },
  },
  {
    name: 'tools of the provider’s own beside the client’s',
    beside: 'tools',
    words: {
      'openai-responses': {
        tools: [
          { type: 'function', name: 'get_weather', description: 'Weather', parameters: schema },
          { type: 'web_search' },
        ],
      },
    },
  },
  {
    name: 'custom tools (a text in the place of arguments)',
    words: {
      'openai-chat': { tools: [{ type: 'custom', custom: { name: 'patch', description: 'Edits' } }] },
      'openai-responses': { tools: [{ type: 'custom', name: 'patch', description: 'Edits' }] },
    },
  },
  {
    name: 'functions in the older form (functions, function_call)',
    words: {
      'openai-chat': {
        functions: [{ name: 'get_weather', description: 'Weather', parameters: schema }],
        function_call: 'auto',
      },
    },
  },
  {
    name: 'the grammar of a custom tool',
    words: {
      'openai-responses': {
        tools: [
          {
            type: 'custom',
            name: 'patch',
            description: 'Edits',
            format: { type: 'grammar', syntax: 'regex', definition: '[a-z]+' },
          },
        ],
      },
    },
  },
  {
    name: 'tools in a namespace',
    words: {
      'openai-responses': {
        tools: [
          {
            type: 'namespace',
            name: 'notes',
            description: 'Notes',
            tools: [{ type: 'function', name: 'add', description: 'Adds', parameters: schema }],
          },
        ],
      },
    },
  },
  {
    name: 'JSON',
    words: {
      'openai-chat': { response_format: { type: 'json_object' } },
      'openai-responses': { text: { format: { type: 'json_object' } } },
    },
  },
  {
    name: 'JSON schema',
    words: {
      'openai-chat': { response_format: { type: 'json_schema', json_schema: { name: 'city', schema } } },
      'openai-responses': { text: { format: { type: 'json_schema', name: 'city', schema } } },
      'anthropic-messages': { output_config: { format: { type: 'json_schema', schema } } },
    },
  },
  {
    name: 'reasoning effort',
    words: {
      'openai-chat': { reasoning_effort: 'high' },
      'openai-responses': { reasoning: { effort: 'high' } },
      'anthropic-messages': { output_config: { effort: 'high' } },
    },
  },
  {
    name: 'visible reasoning',
    words: {
      'openai-chat': { reasoning: { effort: 'high', exclude: false } },
      'openai-responses': { reasoning: { effort: 'high', summary: 'auto' } },
      'anthropic-messages': { max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 2000 } },
    },
  },
  {
    name: 'output limit',
    words: {
      'openai-chat': { max_completion_tokens: 300 },
      'openai-responses': { max_output_tokens: 300 },
      'anthropic-messages': { max_tokens: 300 },
    },
  },
  {
    name: 'temperature',
    words: {
      'openai-chat': { temperature: 0.2 },
      'openai-responses': { temperature: 0.2 },
      'anthropic-messages': { temperature: 0.2 },
    },
  },
  {
    name: 'top_p',
    words: {
      'openai-chat': { top_p: 0.9 },
      'openai-responses': { top_p: 0.9 },
      'anthropic-messages': { top_p: 0.9 },
    },
  },
  { name: 'top_k', words: { 'anthropic-messages': { top_k: 5 } } },
  {
    name: 'stop sequences',
    words: { 'openai-chat': { stop: ['END'] }, 'anthropic-messages': { stop_sequences: ['END'] } },
  },
  { name: 'seed', words: { 'openai-chat': { seed: 7 } } },
  { name: 'frequency penalty', words: { 'openai-chat': { frequency_penalty: 0.5 } } },
  { name: 'presence penalty', words: { 'openai-chat': { presence_penalty: 0.5 } } },
  { name: 'several answers (n)', words: { 'openai-chat': { n: 2 } } },
  {
    name: 'log probabilities',
    words: {
      'openai-chat': { logprobs: true, top_logprobs: 2 },
      'openai-responses': { include: ['message.output_text.logprobs'], top_logprobs: 2 },
    },
  },
  { name: 'logit bias', words: { 'openai-chat': { logit_bias: { '50256': -100 } } } },
  { name: 'prediction', words: { 'openai-chat': { prediction: { type: 'content', content: 'Hello' } } } },
  {
    name: 'an answer as sound',
    words: { 'openai-chat': { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } } },
  },
  {
    name: 'an answer as images',
    words: { 'openai-chat': { modalities: ['image', 'text'] } },
  },
  {
    name: 'cache marks',
    words: {
      'openai-chat': chatSays({ type: 'text', text: 'Hello', cache_control: { type: 'ephemeral' } }),
      'anthropic-messages': chatSays({ type: 'text', text: 'Hello', cache_control: { type: 'ephemeral' } }),
    },
  },
  {
    name: 'prompt cache key',
    words: { 'openai-chat': { prompt_cache_key: 'k' }, 'openai-responses': { prompt_cache_key: 'k' } },
  },
  {
    name: 'end user',
    words: {
      'openai-chat': { user: 'u' },
      'openai-responses': { user: 'u' },
      'anthropic-messages': { metadata: { user_id: 'u' } },
    },
  },
  {
    name: 'names of participants',
    words: { 'openai-chat': { messages: [{ role: 'user', name: 'ann', content: 'Hello' }] } },
  },
  {
    name: 'metadata',
    words: { 'openai-chat': { metadata: { a: 'b' } }, 'openai-responses': { metadata: { a: 'b' } } },
  },
  {
    name: 'service tier',
    words: {
      'openai-chat': { service_tier: 'flex' },
      'openai-responses': { service_tier: 'flex' },
      'anthropic-messages': { service_tier: 'standard_only' },
    },
  },
  {
    name: 'verbosity',
    words: { 'openai-chat': { verbosity: 'low' }, 'openai-responses': { text: { verbosity: 'low' } } },
  },
  { name: 'an earlier response', words: { 'openai-responses': { previous_response_id: 'resp_1' } } },
  { name: 'background', words: { 'openai-responses': { background: true } } },
  { name: 'truncation', words: { 'openai-responses': { truncation: 'auto' } } },
  {
    name: 'encrypted reasoning of its own',
    words: {
      'openai-responses': {
        input: [
          { role: 'user', content: 'Hello' },
          { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAsample' },
          { role: 'user', content: 'And?' },
        ],
      },
      'anthropic-messages': {
        messages: [
          { role: 'user', content: 'Hello' },
          {
            role: 'assistant',
            content: [
              { type: 'redacted_thinking', data: 'EuYBsample' },
              { type: 'text', text: 'Hi' },
            ],
          },
          { role: 'user', content: 'And?' },
        ],
      },
    },
  },
  {
    name: 'context management',
    words: {
      'anthropic-messages': {
        context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
      },
    },
  },
  {
    name: 'MCP servers of the provider’s',
    words: {
      'openai-responses': { tools: [{ type: 'mcp', server_label: 'a', server_url: 'https://example.org' }] },
      'anthropic-messages': { mcp_servers: [{ type: 'url', url: 'https://example.org', name: 'a' }] },
    },
  },
];
