import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Asked, OfferedTool, Piece, AskedReasoning, ToolChoice, Turn } from '../asked.ts';
import { refuse } from '../problem.ts';
import { listOf, member, numberOf, objectOf, textOf } from '../read-json.ts';
import type { WireRequest } from '../wire.ts';
import { checkThoughtSignatures } from './google-signatures.ts';
import { plainSchema } from './google-schema.ts';
import { checkThinking } from './google-thinking.ts';
import { toolName } from './tool-name.ts';

/**
 * Reads a `generateContent` request; the model and the stream option are in its path.
 * @throws Refused
 */
export function readGoogleGenerate(body: JsonObject, { model = '', stream = false }: WireRequest): Asked {
  const contents = listOf(body['contents']).map(objectOf);
  if (contents.length === 0) refuse('* GenerateContentRequest.contents: contents is not specified\n');
  const turns = contents.map(readContent);
  checkResponses(turns);
  checkThoughtSignatures(model, contents);
  const config = objectOf(member(body, 'generationConfig'));
  checkThinking(model, objectOf(member(config, 'thinkingConfig')));
  const maxTokens = numberOf(member(config, 'maxOutputTokens'));
  const system = partsOf(objectOf(member(body, 'systemInstruction')));
  const json = readFormat(config);
  return {
    model,
    stream,
    turns: system.length > 0 ? [{ role: 'system', pieces: system }, ...turns] : turns,
    tools: listOf(body['tools']).flatMap(readTools),
    toolChoice: readChoice(objectOf(member(objectOf(member(body, 'toolConfig')), 'functionCallingConfig'))),
    parallelTools: true,
    ...(json ? { json } : {}),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    choices: Math.max(1, Math.min(8, numberOf(member(config, 'candidateCount')) ?? 1)),
    stop: listOf(member(config, 'stopSequences')).map(textOf),
    reasoning: readThinking(objectOf(member(config, 'thinkingConfig'))),
    usageInStream: true,
  };
}

function readContent(content: JsonObject): Turn {
  return { role: content['role'] === 'model' ? 'assistant' : 'user', pieces: partsOf(content) };
}

function partsOf(content: JsonObject): Piece[] {
  return listOf(content['parts']).map((part) => readPart(objectOf(part)));
}

function readPart(part: JsonObject): Piece {
  const call = member(part, 'functionCall');
  const response = member(part, 'functionResponse');
  const blob = member(part, 'inlineData') ?? member(part, 'fileData');
  if (call !== undefined) {
    const { name, args, id } = objectOf(call);
    const called = textOf(name);
    return {
      kind: 'tool-call',
      id: textOf(id) || called,
      name: called,
      arguments: JSON.stringify(args ?? {}),
    };
  }
  if (response !== undefined) {
    const { name, id, response: value } = objectOf(response);
    return {
      kind: 'tool-result',
      id: textOf(id) || textOf(name),
      text: resultText(objectOf(value)),
      failed: false,
    };
  }
  if (blob !== undefined) return readBlob(objectOf(blob));
  const text = textOf(part['text']);
  return part['thought'] === true ? { kind: 'reasoning', text } : { kind: 'text', text };
}

function resultText(response: JsonObject): string {
  const only = response['result'] ?? response['output'] ?? response['content'];
  return typeof only === 'string' ? only : JSON.stringify(response);
}

function readBlob(blob: JsonObject): Piece {
  const mediaType = textOf(member(blob, 'mimeType'));
  const data = textOf(blob['data']);
  if (mediaType.startsWith('image/') || mediaType === '') {
    return { kind: 'image', mediaType: mediaType || 'image/*', ...(data ? { base64: data } : {}) };
  }
  return { kind: 'document', mediaType, name: mediaType, bytes: Math.floor((data.length * 3) / 4) };
}

function readTools(value: JsonValue): OfferedTool[] {
  return listOf(member(objectOf(value), 'functionDeclarations')).map((declaration) => {
    const tool = objectOf(declaration);
    const schema = member(tool, 'parametersJsonSchema') ?? plainSchema(objectOf(tool['parameters']));
    const name = toolName(textOf(tool['name']), 'tools.function_declarations.name');
    return { name, description: textOf(tool['description']), schema: objectOf(schema) };
  });
}

function readChoice(config: JsonObject): ToolChoice {
  const allowed = listOf(member(config, 'allowedFunctionNames')).map(textOf);
  switch (config['mode']) {
    case 'NONE':
      return { kind: 'none' };
    case 'ANY':
      return allowed.length === 1 ? { kind: 'named', name: allowed[0] ?? '' } : { kind: 'any' };
    default:
      return { kind: 'auto' };
  }
}

function readFormat(config: JsonObject): Asked['json'] {
  if (member(config, 'responseMimeType') !== 'application/json') return undefined;
  const schema =
    member(config, 'responseJsonSchema') ?? plainSchema(objectOf(member(config, 'responseSchema')));
  return Object.keys(objectOf(schema)).length > 0 ? { schema: objectOf(schema) } : {};
}

function readThinking(config: JsonObject): AskedReasoning {
  const budget = numberOf(member(config, 'thinkingBudget'));
  if (budget === 0) return 'off';
  const level = textOf(member(config, 'thinkingLevel')).toLowerCase();
  if (level === 'minimal' || level === 'low') return 'low';
  if (level === 'medium' || level === 'high') return level;
  if (budget === undefined || budget < 0)
    return member(config, 'includeThoughts') === true ? 'medium' : 'model';
  return budget > 8_000 ? 'high' : budget > 2_000 ? 'medium' : 'low';
}

/** All calls of a turn must be answered in the next turn, by the same number of responses. */
function checkResponses(turns: readonly Turn[]): void {
  for (const [index, turn] of turns.entries()) {
    const calls = turn.pieces.filter(({ kind }) => kind === 'tool-call').length;
    const responses = turns[index + 1]?.pieces.filter(({ kind }) => kind === 'tool-result').length ?? 0;
    if (turn.role !== 'assistant' || calls === responses) continue;
    refuse(
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
  }
}
