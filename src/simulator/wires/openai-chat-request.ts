import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Asked, OfferedTool, Piece, AskedReasoning, ToolChoice, Turn } from '../asked.ts';
import { refuse } from '../problem.ts';
import type { WireRequest } from '../wire.ts';
import { checkThoughts } from './demanded-thoughts.ts';
import { checkEffort } from './effort-refusals.ts';
import { checkKimi } from './kimi-refusals.ts';
import { efforts } from './openai-efforts.ts';
import { defaultContext } from './ollama-chat.ts';
import {
  checkEndUser,
  checkFile,
  checkOpenaiTakes,
  checkReasonedFunctions,
  checkStop,
  checkTemperature,
} from './openai-refusals.ts';
import { readFunctionCall, readFunctions } from './openai-functions.ts';
import { checkOrder, checkRole } from './provider-roles.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from '../read-json.ts';
import { checkStrictSchemas } from './strict-schemas.ts';
import { toolName } from './tool-name.ts';

/**
 * Reads a chat completion request.
 * @throws Refused with the error of the real API.
 */
export function readOpenaiChat(body: JsonObject, { provider, model: deployment }: WireRequest): Asked {
  checkEndUser(provider, body);
  checkStrictSchemas(provider, body);
  checkOpenaiTakes(provider, body);
  checkStop(provider, body);
  checkKimi(provider, body);
  checkReasonedFunctions(provider, body);
  const effort = textOf(body['reasoning_effort']);
  checkTemperature(provider, body, effort);
  checkEffort(provider, textOf(body['model']), 'reasoning_effort', effort);
  const model = textOf(body['model']) || (deployment ?? '');
  if (!model) refuse('you must provide a model parameter');
  if (!Array.isArray(body['messages'])) refuse("Missing required parameter: 'messages'.", 'messages');
  const messages = listOf(body['messages']).map(objectOf);
  if (messages.length === 0) {
    refuse("Invalid 'messages': empty array. Expected an array with minimum length 1.", 'messages');
  }
  checkToolMessages(messages);
  checkOrder(
    provider,
    messages.map(({ role }) => textOf(role)),
  );
  checkThoughts(provider, body);
  const json = readFormat(objectOf(body['response_format']));
  const maxTokens = numberOf(body['max_completion_tokens']) ?? numberOf(body['max_tokens']);
  return {
    model,
    stream: body['stream'] === true,
    turns: messages.map((message, index) => readMessage(message, index, provider)),
    tools: listOf(body['tools']).map(readTool),
    toolChoice: readChoice(body['tool_choice']),
    parallelTools: body['parallel_tool_calls'] !== false,
    ...readFunctions(provider, body),
    ...(json ? { json } : {}),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    choices: Math.max(1, Math.min(16, numberOf(body['n']) ?? 1)),
    stop: typeof body['stop'] === 'string' ? [body['stop']] : listOf(body['stop']).map(textOf),
    reasoning: readEffort(body),
    usageInStream: objectOf(body['stream_options'])['include_usage'] === true,
    ...(provider === 'ollama' ? { holds: defaultContext } : {}),
  };
}

const roles: Readonly<Record<string, Turn['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'user',
  function: 'user',
};

function readMessage(message: JsonObject, index: number, provider: string): Turn {
  checkRole(provider, textOf(message['role']), index);
  const role = roles[textOf(message['role'])];
  if (!role) {
    const known = Object.keys(roles).map((name) => `'${name}'`);
    refuse(
      `Invalid value: '${textOf(message['role'])}'. Supported values are: ${known.join(', ')}.`,
      `messages[${index}].role`,
    );
  }
  if (message['role'] === 'tool') {
    const id = textOf(message['tool_call_id']);
    return {
      role,
      pieces: [{ kind: 'tool-result', id, text: plainText(message['content']), failed: false }],
    };
  }
  if (message['role'] === 'function') {
    const text = plainText(message['content']);
    return { role, pieces: [{ kind: 'tool-result', id: textOf(message['name']), text, failed: false }] };
  }
  const calls = listOf(message['tool_calls']).map((call): Piece => {
    const named = objectOf(objectOf(call)['function']);
    return {
      kind: 'tool-call',
      id: textOf(objectOf(call)['id']),
      name: textOf(named['name']),
      arguments: textOf(named['arguments']),
    };
  });
  if (role !== 'assistant' && message['content'] === undefined) {
    refuse(`Missing required parameter: 'messages[${index}].content'.`, `messages[${index}].content`);
  }
  const pieces = [
    ...readThinking(message, provider),
    ...readContent(spoken(message, provider), index, provider),
    ...calls,
    ...readFunctionCall(message),
  ];
  return { role, pieces };
}

/** Mistral's thoughts are parts of the content; no other provider has them there. */
function readThinking(message: JsonObject, provider: string): Piece[] {
  if (provider !== 'mistral') return [];
  const thoughts = listOf(message['content']).map(objectOf).filter(isThinking);
  return thoughts.map((part) => ({ kind: 'reasoning', text: plainText(part['thinking']) }));
}

function spoken({ content }: JsonObject, provider: string): JsonValue | undefined {
  if (provider !== 'mistral' || !Array.isArray(content)) return content;
  return content.filter((part) => !isThinking(objectOf(part)));
}

function isThinking({ type }: JsonObject): boolean {
  return type === 'thinking';
}

function readContent(content: JsonValue | undefined, index: number, provider: string): Piece[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  return listOf(content).map((part, at) =>
    readPart(objectOf(part), `messages[${index}].content[${at}]`, provider),
  );
}

function readPart(part: JsonObject, at: string, provider: string): Piece {
  if (provider === 'mistral' && part['type'] === 'document_url') return readMistralDocument(part);
  switch (part['type']) {
    case 'text':
      return { kind: 'text', text: textOf(part['text']) };
    case 'refusal':
      return { kind: 'text', text: textOf(part['refusal']) };
    case 'image_url':
      return readImage(textOf(objectOf(part['image_url'])['url']));
    case 'file': {
      const file = objectOf(part['file']);
      const data = textOf(file['file_data']);
      const name = textOf(file['filename']) || textOf(file['file_id']) || 'file';
      const mediaType = /^data:([^;,]+)/.exec(data)?.[1] ?? 'application/pdf';
      checkFile(provider, mediaType, `${at}.file.file_data`);
      return { kind: 'document', mediaType, name, bytes: Math.floor((data.length * 3) / 4) };
    }
    case 'input_audio': {
      const audio = objectOf(part['input_audio']);
      const bytes = Math.floor((textOf(audio['data']).length * 3) / 4);
      return { kind: 'document', mediaType: `audio/${textOf(audio['format'])}`, name: 'audio', bytes };
    }
    default:
      return refuse(
        `Invalid value: '${textOf(part['type'])}'. Supported values are: 'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'.`,
        `${at}.type`,
      );
  }
}

/** https://docs.mistral.ai/capabilities/document: its address, or its bytes as a data URL. */
function readMistralDocument(part: JsonObject): Piece {
  const url = textOf(part['document_url']);
  const mediaType = /^data:([^;,]+)/.exec(url)?.[1] ?? 'application/pdf';
  const name = textOf(part['document_name']) || 'document';
  return { kind: 'document', mediaType, name, bytes: Math.floor((url.length * 3) / 4) };
}

function readImage(url: string): Piece {
  const data = /^data:([^;,]+);base64,/.exec(url);
  if (!data) return { kind: 'image', mediaType: 'image/*' };
  return { kind: 'image', mediaType: data[1] ?? 'image/*', base64: url.slice(data[0].length) };
}

function plainText(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((part) => textOf(objectOf(part)['text']))
    .join('');
}

function readTool(tool: JsonValue, index: number): OfferedTool {
  const named = objectOf(objectOf(tool)['function'] ?? objectOf(tool)['custom']);
  const name = textOf(named['name']);
  if (!name)
    refuse(`Missing required parameter: 'tools[${index}].function.name'.`, `tools[${index}].function.name`);
  toolName(name, `tools[${index}].function.name`);
  return { name, description: textOf(named['description']), schema: objectOf(named['parameters']) };
}

function readChoice(choice: JsonValue | undefined): ToolChoice {
  if (choice === 'none') return { kind: 'none' };
  if (choice === 'required') return { kind: 'any' };
  if (!isObject(choice)) return { kind: 'auto' };
  if (choice['type'] === 'allowed_tools') {
    return objectOf(choice['allowed_tools'])['mode'] === 'required' ? { kind: 'any' } : { kind: 'auto' };
  }
  return { kind: 'named', name: textOf(objectOf(choice['function'])['name']) };
}

function readFormat(format: JsonObject): Asked['json'] {
  if (format['type'] === 'json_object') return {};
  if (format['type'] !== 'json_schema') return undefined;
  return { schema: objectOf(objectOf(format['json_schema'])['schema']) };
}

/** OpenAI's `reasoning_effort`, DeepSeek's `thinking`, Alibaba's `enable_thinking`, OpenRouter's `reasoning.effort`. */
function readEffort(body: JsonObject): AskedReasoning {
  const thinking = objectOf(body['thinking'])['type'];
  if (thinking === 'disabled' || body['enable_thinking'] === false) return 'off';
  const effort = textOf(body['reasoning_effort']) || textOf(objectOf(body['reasoning'])['effort']);
  return efforts[effort] ?? (thinking === 'enabled' ? 'medium' : 'model');
}

/** Every tool message must answer a call of the preceding assistant message, and every call must be answered. */
function checkToolMessages(messages: readonly JsonObject[]): void {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message['role'] === 'tool') {
      if (open.delete(textOf(message['tool_call_id']))) continue;
      refuse(
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        `messages.[${index}].role`,
      );
    }
    checkAnswered(open, index);
    open = new Set(listOf(message['tool_calls']).map((call) => textOf(objectOf(call)['id'])));
  }
  checkAnswered(open, messages.length);
}

function checkAnswered(open: ReadonlySet<string>, index: number): void {
  if (open.size === 0) return;
  refuse(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    `messages.[${index}].role`,
  );
}
