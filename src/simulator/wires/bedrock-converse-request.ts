import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Asked, OfferedTool, Piece, ToolChoice, Turn } from '../asked.ts';
import { refuse } from '../problem.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from '../read-json.ts';
import { signatureOf } from '../signature.ts';
import type { WireRequest } from '../wire.ts';
import { checkCachePoints } from './cache-limits.ts';
import { claudeThinking } from './claude-thinking.ts';
import { toolName } from './tool-name.ts';

/**
 * Reads a Converse request; the model and the stream option are in its path.
 * @throws Refused
 */
export function readBedrockConverse(body: JsonObject, { model = '', stream = false }: WireRequest): Asked {
  const messages = listOf(body['messages']).map(objectOf);
  if (messages[0]?.['role'] !== 'user') {
    refuse(
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    );
  }
  checkCachePoints(body, model);
  const system = readBlocks(listOf(body['system']));
  const turns = messages.map(readMessage);
  const config = objectOf(body['toolConfig']);
  const tools = readTools(config);
  checkTools(turns, tools);
  const inference = objectOf(body['inferenceConfig']);
  const maxTokens = numberOf(inference['maxTokens']);
  const json = readFormat(body);
  return {
    model,
    stream,
    turns: system.length > 0 ? [{ role: 'system', pieces: system }, ...turns] : turns,
    tools,
    toolChoice: readChoice(objectOf(config['toolChoice'])),
    parallelTools: true,
    ...(json ? { json } : {}),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    choices: 1,
    stop: listOf(inference['stopSequences']).map(textOf),
    reasoning: claudeThinking(objectOf(body['additionalModelRequestFields']), maxTokens),
    usageInStream: true,
  };
}

function readMessage(message: JsonObject, index: number): Turn {
  const role = message['role'];
  if (role !== 'user' && role !== 'assistant') {
    return refuse(
      `Value '${textOf(role)}' at 'messages.${index + 1}.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]`,
    );
  }
  const pieces = readBlocks(listOf(message['content']));
  if (pieces.length === 0) {
    refuse(
      `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the content field and try again.`,
    );
  }
  return { role, pieces };
}

/** A cache point marks the block before it. */
function readBlocks(blocks: readonly JsonValue[]): Piece[] {
  const pieces: Piece[] = [];
  for (const block of blocks.map(objectOf)) {
    const last = pieces.at(-1);
    if (!isObject(block['cachePoint'])) pieces.push(readBlock(block));
    else if (last)
      pieces[pieces.length - 1] = { ...last, cache: block['cachePoint']['ttl'] === '1h' ? 'long' : 'short' };
  }
  return pieces;
}

function readBlock(block: JsonObject): Piece {
  if (typeof block['text'] === 'string') {
    if (block['text'].trim() === '')
      refuse(
        'The text field in the ContentBlock object is blank. Add text to the text field, and try again.',
      );
    return { kind: 'text', text: block['text'] };
  }
  if (isObject(block['toolUse'])) {
    const { toolUseId, name, input } = block['toolUse'];
    return {
      kind: 'tool-call',
      id: textOf(toolUseId),
      name: textOf(name),
      arguments: JSON.stringify(input ?? {}),
    };
  }
  if (isObject(block['toolResult'])) {
    const { toolUseId, content, status } = block['toolResult'];
    return {
      kind: 'tool-result',
      id: textOf(toolUseId),
      text: resultText(content),
      failed: status === 'error',
    };
  }
  if (isObject(block['image'])) {
    const base64 = textOf(objectOf(block['image']['source'])['bytes']);
    return {
      kind: 'image',
      mediaType: `image/${textOf(block['image']['format'])}`,
      ...(base64 ? { base64 } : {}),
    };
  }
  if (isObject(block['document'])) {
    const { format, name, source } = block['document'];
    const bytes = Math.floor((textOf(objectOf(source)['bytes']).length * 3) / 4);
    return { kind: 'document', mediaType: textOf(format), name: textOf(name), bytes };
  }
  return { kind: 'reasoning', text: reasoningText(objectOf(block['reasoningContent'])) };
}

function reasoningText(content: JsonObject): string {
  const { text, signature } = objectOf(content['reasoningText']);
  if (text !== undefined && signature !== undefined && signature !== signatureOf(textOf(text))) {
    refuse(
      'The model returned the following errors: messages.1.content.0: Invalid `signature` in `thinking` block',
    );
  }
  return textOf(text) || textOf(content['redactedContent']);
}

function resultText(content: JsonValue | undefined): string {
  return listOf(content)
    .map(objectOf)
    .map(
      (block) => textOf(block['text']) || (block['json'] === undefined ? '' : JSON.stringify(block['json'])),
    )
    .join('\n');
}

function readTools(config: JsonObject): OfferedTool[] {
  return listOf(config['tools']).flatMap((value) => {
    const spec = objectOf(value)['toolSpec'];
    if (!isObject(spec)) return [];
    const schema = objectOf(objectOf(spec['inputSchema'])['json']);
    const name = toolName(textOf(spec['name']), 'toolConfig.tools.toolSpec.name');
    return [{ name, description: textOf(spec['description']), schema }];
  });
}

function readChoice(choice: JsonObject): ToolChoice {
  if (isObject(choice['tool'])) return { kind: 'named', name: textOf(choice['tool']['name']) };
  return { kind: choice['any'] === undefined ? 'auto' : 'any' };
}

function readFormat(body: JsonObject): Asked['json'] {
  const format = objectOf(objectOf(body['outputConfig'])['textFormat']);
  const written = textOf(objectOf(objectOf(format['structure'])['jsonSchema'])['schema']);
  if (format['type'] !== 'json_schema' || written === '') return undefined;
  const schema: unknown = JSON.parse(written);
  return { schema: isObject(schema) ? schema : {} };
}

function checkTools(turns: readonly Turn[], tools: readonly OfferedTool[]): void {
  let open = 0;
  for (const [index, { pieces }] of turns.entries()) {
    const results = pieces.filter(({ kind }) => kind === 'tool-result').length;
    if (results < open) {
      refuse(
        `Expected toolResult blocks at messages.${index}.content for the following Ids: ${open - results} of the tool calls before it.`,
      );
    }
    if (results > open) {
      refuse(
        `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`,
      );
    }
    open = pieces.filter(({ kind }) => kind === 'tool-call').length;
    if (open > 0 && tools.length === 0) {
      refuse('The toolConfig field must be defined when using toolUse and toolResult content blocks.');
    }
  }
}
