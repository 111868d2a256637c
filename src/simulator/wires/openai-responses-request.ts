import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Asked, Piece, ToolChoice, Turn } from '../asked.ts';
import { refuse, Refused } from '../problem.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from '../read-json.ts';
import { unseal } from '../signature.ts';
import type { WireRequest } from '../wire.ts';
import { checkEffort } from './effort-refusals.ts';
import { efforts } from './openai-efforts.ts';
import { checkEndUser, checkTemperature } from './openai-refusals.ts';
import { fullName, readOpenaiResponsesTools } from './openai-responses-tools.ts';
import { checkStrictSchemas } from './strict-schemas.ts';

/**
 * Reads a request to `/v1/responses`.
 * @throws Refused with the error of the real API.
 */
export function readOpenaiResponses(body: JsonObject, request: WireRequest): Asked {
  const model = textOf(body['model']);
  if (!model) refuse("Missing required parameter: 'model'.", 'model');
  if (body['input'] === undefined) refuse("Missing required parameter: 'input'.", 'input');
  checkEndUser(request.provider, body);
  checkStrictSchemas(request.provider, body);
  const effort = textOf(objectOf(body['reasoning'])['effort']);
  checkTemperature(request.provider, body, effort);
  checkEffort(request.provider, model, 'reasoning.effort', effort);
  const instructions = textOf(body['instructions']);
  const turns: Turn[] = [
    ...(instructions ? [textTurn('system', instructions)] : []),
    ...earlierTurns(body, request),
    ...readInput(body['input'], request.account),
  ];
  checkCallsAnswered(turns);
  const json = readFormat(objectOf(objectOf(body['text'])['format']));
  const maxTokens = numberOf(body['max_output_tokens']);
  return {
    model,
    stream: body['stream'] === true,
    turns,
    tools: readOpenaiResponsesTools(body),
    toolChoice: readChoice(body['tool_choice']),
    parallelTools: body['parallel_tool_calls'] !== false,
    ...(json ? { json } : {}),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    choices: 1,
    stop: [],
    reasoning: efforts[textOf(objectOf(body['reasoning'])['effort'])] ?? 'model',
    usageInStream: true,
  };
}

function earlierTurns(body: JsonObject, { recall }: WireRequest): readonly Turn[] {
  const id = textOf(body['previous_response_id']);
  if (!id) return [];
  const turns = recall(id);
  if (turns) return turns;
  throw new Refused({
    kind: 'invalid',
    status: 400,
    model: '',
    message: `Previous response with id '${id}' not found.`,
    param: 'previous_response_id',
    code: 'previous_response_not_found',
  });
}

function readInput(input: JsonValue | undefined, account: string): Turn[] {
  if (typeof input === 'string') return [textTurn('user', input)];
  return listOf(input).flatMap((item, index) => readItem(objectOf(item), index, account));
}

function textTurn(role: Turn['role'], text: string): Turn {
  return { role, pieces: [{ kind: 'text', text }] };
}

function readItem(item: JsonObject, index: number, account: string): Turn[] {
  switch (item['type'] ?? 'message') {
    case 'message': {
      const role = item['role'] === 'developer' ? 'system' : item['role'];
      if (role !== 'system' && role !== 'user' && role !== 'assistant') {
        return refuse(`Invalid value: '${textOf(role)}'.`, `input[${index}].role`);
      }
      return [{ role, pieces: readContent(item['content'], index) }];
    }
    case 'function_call':
    case 'custom_tool_call': {
      const text = textOf(item['arguments'] ?? item['input']);
      const call = { id: textOf(item['call_id']), name: fullName(item), arguments: text };
      return [{ role: 'assistant', pieces: [{ kind: 'tool-call', ...call }] }];
    }
    case 'custom_tool_call_output':
    case 'function_call_output': {
      const text = plainText(item['output']);
      return [
        { role: 'user', pieces: [{ kind: 'tool-result', id: textOf(item['call_id']), text, failed: false }] },
      ];
    }
    case 'reasoning':
      return [{ role: 'assistant', pieces: [{ kind: 'reasoning', text: reasoningText(item, account) }] }];
    default:
      return [];
  }
}

function readContent(content: JsonValue | undefined, index: number): Piece[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  return listOf(content).map((part, position) =>
    readPart(objectOf(part), `input[${index}].content[${position}]`),
  );
}

function readPart(part: JsonObject, at: string): Piece {
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
      return { kind: 'text', text: textOf(part['text']) };
    case 'refusal':
      return { kind: 'text', text: textOf(part['refusal']) };
    case 'input_image': {
      const url = textOf(part['image_url']);
      const data = /^data:([^;,]+);base64,/.exec(url);
      if (!data) return { kind: 'image', mediaType: 'image/*' };
      return { kind: 'image', mediaType: data[1] ?? 'image/*', base64: url.slice(data[0].length) };
    }
    case 'input_file': {
      const data = textOf(part['file_data']);
      const mediaType = /^data:([^;,]+)/.exec(data)?.[1] ?? 'application/pdf';
      const name = textOf(part['filename']) || textOf(part['file_id']) || 'file';
      return { kind: 'document', mediaType, name, bytes: Math.floor((data.length * 3) / 4) };
    }
    default:
      return refuse(
        `Invalid value: '${textOf(part['type'])}'. Supported values are: 'input_text', 'input_image', 'output_text', 'refusal', 'input_file', 'computer_screenshot', and 'summary_text'.`,
        `${at}.type`,
      );
  }
}

/** Opens sealed reasoning, which must belong to this account; without it, the summary is used. */
function reasoningText(item: JsonObject, account: string): string {
  const sealed = textOf(item['encrypted_content']);
  const opened = sealed ? unseal(sealed, account) : undefined;
  if (sealed && opened === undefined) {
    throw new Refused({
      kind: 'invalid',
      status: 400,
      model: '',
      message: `The encrypted content ${sealed.slice(0, 12)}... could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
      code: 'invalid_encrypted_content',
    });
  }
  return opened ?? plainText(item['summary']);
}

function plainText(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((part) => textOf(objectOf(part)['text']))
    .join('');
}

function readChoice(choice: JsonValue | undefined): ToolChoice {
  if (choice === 'none') return { kind: 'none' };
  if (choice === 'required') return { kind: 'any' };
  if (!isObject(choice)) return { kind: 'auto' };
  if (choice['type'] === 'allowed_tools') return { kind: choice['mode'] === 'required' ? 'any' : 'auto' };
  return { kind: 'named', name: fullName(choice) };
}

function readFormat(format: JsonObject): Asked['json'] {
  if (format['type'] === 'json_object') return {};
  return format['type'] === 'json_schema' ? { schema: objectOf(format['schema']) } : undefined;
}

function checkCallsAnswered(turns: readonly Turn[]): void {
  const pieces = turns.flatMap((turn) => turn.pieces);
  const calls = new Set(pieces.flatMap((piece) => (piece.kind === 'tool-call' ? [piece.id] : [])));
  const results = new Set(pieces.flatMap((piece) => (piece.kind === 'tool-result' ? [piece.id] : [])));
  const unanswered = [...calls].find((id) => !results.has(id));
  if (unanswered !== undefined) refuse(`No tool output found for function call ${unanswered}.`, 'input');
  const unasked = [...results].find((id) => !calls.has(id));
  if (unasked !== undefined)
    refuse(`No tool call found for function call output with call_id ${unasked}.`, 'input');
}
