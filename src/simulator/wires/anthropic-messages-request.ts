import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Asked, OfferedTool, Piece, ToolChoice, Turn } from '../asked.ts';
import { refuse } from '../problem.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from '../read-json.ts';
import type { WireRequest } from '../wire.ts';
import { claudeThinking } from './claude-thinking.ts';
import { checkClaudeTakes } from './claude-refusals.ts';
import { checkAnthropicMessages } from './anthropic-messages-checks.ts';
import { checkCacheControls } from './cache-limits.ts';

/**
 * Reads a messages request, or a token count request, which has no limit.
 * @throws Refused
 */
export function readAnthropicMessages(body: JsonObject, { counting }: WireRequest): Asked {
  const model = textOf(body['model']);
  if (!model) refuse('model: Field required');
  const maxTokens = counting ? undefined : readMaxTokens(body);
  if (!Array.isArray(body['messages'])) refuse('messages: Field required');
  const messages = listOf(body['messages']).map(objectOf);
  checkAnthropicMessages(messages);
  if (!counting) checkClaudeTakes(body);
  checkEndUser(objectOf(body['metadata']));
  checkCacheControls(body);
  const turns = [...readSystem(body['system']), ...sinceSummary(messages).map(readMessage)];
  const json = readFormat(body);
  return {
    model,
    stream: body['stream'] === true,
    turns: isObject(body['cache_control']) ? cacheLastPiece(turns, markOf(body)) : turns,
    tools: listOf(body['tools']).flatMap(readTool),
    toolChoice: readChoice(objectOf(body['tool_choice'])),
    parallelTools: objectOf(body['tool_choice'])['disable_parallel_tool_use'] !== true,
    ...(json ? { json } : {}),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    choices: 1,
    stop: listOf(body['stop_sequences']).map(textOf),
    reasoning: claudeThinking(body, maxTokens),
    usageInStream: true,
  };
}

function readMaxTokens(body: JsonObject): number {
  const maxTokens = numberOf(body['max_tokens']);
  if (maxTokens === undefined) return refuse('max_tokens: Field required');
  if (maxTokens < 1) refuse('max_tokens: Input should be greater than or equal to 1');
  return maxTokens;
}

/** https://platform.claude.com/docs/en/api/messages#metadata; an e-mail address as id has a separate error message. */
function checkEndUser(metadata: JsonObject): void {
  const id = textOf(metadata['user_id']);
  if (id.length > 256) refuse('metadata.user_id: String should have at most 256 characters');
  if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(id)) {
    refuse('metadata.user_id: user_id appears to contain an email address');
  }
}

function readSystem(system: JsonValue | undefined): Turn[] {
  if (typeof system === 'string') return [{ role: 'system', pieces: [{ kind: 'text', text: system }] }];
  const pieces = listOf(system).map((block) => readBlock(objectOf(block)));
  return pieces.length > 0 ? [{ role: 'system', pieces }] : [];
}

/** The model is shown a conversation from its last summary on. A summary without text is of a compaction that failed. */
function sinceSummary(messages: readonly JsonObject[]): readonly JsonObject[] {
  const isSummary = (block: JsonValue) => {
    const { type, content } = objectOf(block);
    return type === 'compaction' && typeof content === 'string';
  };
  const start = messages.findLastIndex(({ content }) => listOf(content).some(isSummary));
  const first = messages[start];
  if (!first) return messages;
  const blocks = listOf(first['content']);
  return [{ ...first, content: blocks.slice(blocks.findLastIndex(isSummary)) }, ...messages.slice(start + 1)];
}

function readMessage(message: JsonObject): Turn {
  const role =
    message['role'] === 'assistant' ? 'assistant' : message['role'] === 'system' ? 'system' : 'user';
  const content = message['content'];
  if (typeof content === 'string') return { role, pieces: [{ kind: 'text', text: content }] };
  return { role, pieces: listOf(content).map((block) => readBlock(objectOf(block))) };
}

function readBlock(block: JsonObject): Piece {
  const cache = markOf(block);
  return cache ? { ...readContent(block), cache } : readContent(block);
}

function readContent(block: JsonObject): Piece {
  const source = objectOf(block['source']);
  switch (block['type']) {
    case 'thinking':
      return { kind: 'reasoning', text: textOf(block['thinking']) };
    case 'redacted_thinking':
      return { kind: 'reasoning', text: textOf(block['data']) };
    case 'compaction':
      return { kind: 'text', text: textOf(block['content']) };
    case 'image':
      return {
        kind: 'image',
        mediaType: textOf(source['media_type']) || 'image/*',
        ...(typeof source['data'] === 'string' ? { base64: source['data'] } : {}),
      };
    case 'document': {
      const data = textOf(source['data']);
      const bytes = source['type'] === 'base64' ? Math.floor((data.length * 3) / 4) : data.length;
      const mediaType = textOf(source['media_type']) || 'application/pdf';
      return { kind: 'document', mediaType, name: textOf(block['title']) || 'document', bytes };
    }
    case 'tool_use':
      return {
        kind: 'tool-call',
        id: textOf(block['id']),
        name: textOf(block['name']),
        arguments: JSON.stringify(block['input'] ?? {}),
      };
    case 'tool_result':
      return {
        kind: 'tool-result',
        id: textOf(block['tool_use_id']),
        text: resultText(block['content']),
        failed: block['is_error'] === true,
      };
    default:
      return { kind: 'text', text: textOf(block['text']) };
  }
}

function resultText(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((block) => textOf(objectOf(block)['text']))
    .join('\n');
}

function markOf(block: JsonObject): 'short' | 'long' | undefined {
  const control = objectOf(block['cache_control']);
  if (control['type'] !== 'ephemeral') return undefined;
  return control['ttl'] === '1h' ? 'long' : 'short';
}

/** `cache_control` next to the messages means: cache the whole prompt. */
function cacheLastPiece(turns: readonly Turn[], cache: 'short' | 'long' = 'short'): Turn[] {
  const last = turns.at(-1);
  const piece = last?.pieces.at(-1);
  if (!last || !piece) return [...turns];
  return [...turns.slice(0, -1), { ...last, pieces: [...last.pieces.slice(0, -1), { ...piece, cache }] }];
}

/** Tools that Anthropic runs on its side have dated types; the simulator has none of them and drops them. */
const runsAtProvider = /^(?:web_search|web_fetch|code_execution|tool_search_tool_\w+)_\d{8}$/;

function readTool(value: JsonValue, index: number): OfferedTool[] {
  const tool = objectOf(value);
  const name = textOf(tool['name']);
  if (!name) refuse(`tools.${index}.name: Field required`);
  if (runsAtProvider.test(textOf(tool['type']))) return [];
  const cache = markOf(tool);
  return [
    {
      name,
      description: textOf(tool['description']),
      schema: objectOf(tool['input_schema']),
      ...(cache ? { cache } : {}),
    },
  ];
}

function readChoice(choice: JsonObject): ToolChoice {
  switch (choice['type']) {
    case 'any':
      return { kind: 'any' };
    case 'none':
      return { kind: 'none' };
    case 'tool':
      return { kind: 'named', name: textOf(choice['name']) };
    default:
      return { kind: 'auto' };
  }
}

/** `output_config.format`, or `output_format` as in its beta. */
function readFormat(body: JsonObject): Asked['json'] {
  const format = objectOf(objectOf(body['output_config'])['format'] ?? body['output_format']);
  return format['type'] === 'json_schema' ? { schema: objectOf(format['schema']) } : undefined;
}
