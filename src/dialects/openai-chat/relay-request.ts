import type { MemberEdit, RelayRequest, WireTarget } from '../../core/dialect.ts';
import { isJsonObject } from '../../core/json.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ModelRequest } from '../../core/request.ts';
import { quirkEdits } from '../apply-quirks.ts';
import { nearestEffort } from './reasoning-effort.ts';
import { writeMessages } from './write-messages.ts';
import { writeOutput } from './write-output.ts';
import { path } from './write-request.ts';

/** The client's own body with the model's name on the wire, usage asked for, and the seller's quirks. */
export function relayRequest(body: JsonObject, request: ModelRequest, target: WireTarget): RelayRequest {
  const { quirks } = target;
  const warnings: string[] = [];
  const edits: MemberEdit[] = [
    ...(body.model === target.model ? [] : [{ member: 'model', value: target.model }]),
    ...streamEdits(body, target),
    ...limitEdits(body, target),
    ...effortEdits(request, target, warnings),
    ...shapeEdits(request, target, warnings),
    ...toolChoiceEdits(request, target, warnings),
    ...quirkEdits(body, target, warnings),
  ];
  return { path: quirks.path ?? path, headers: {}, edits, warnings };
}

/** Usage is what the bill is made of, so a stream is asked for it; `relayFilter` takes it out again. */
function streamEdits(body: JsonObject, { quirks, stream }: WireTarget): MemberEdit[] {
  const options = isJsonObject(body.stream_options) ? body.stream_options : {};
  if (!stream) return [];
  if (quirks.streamUsage === false) {
    return body.stream_options === undefined ? [] : [{ member: 'stream_options', value: undefined }];
  }
  return options.include_usage === true
    ? []
    : [{ member: 'stream_options', value: { ...options, include_usage: true } }];
}

function limitEdits(body: JsonObject, { quirks }: WireTarget): MemberEdit[] {
  const wanted = quirks.maxTokensField;
  if (wanted === undefined) return [];
  const other = wanted === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  const value = body[other];
  if (value === undefined || value === null) return [];
  return [
    { member: other, value: undefined },
    { member: wanted, value: body[wanted] ?? value },
  ];
}

function effortEdits({ reasoning }: ModelRequest, { quirks }: WireTarget, warnings: string[]): MemberEdit[] {
  const wanted = reasoning?.effort;
  if (wanted === undefined) return [];
  const nearest = nearestEffort(wanted, quirks.reasoningEfforts);
  if (nearest === wanted) return [];
  warnings.push(
    `The effort "${wanted}" was asked for as "${nearest}", the nearest that this provider knows.`,
  );
  return [{ member: 'reasoning_effort', value: nearest }];
}

/** Where the seller has no schemas, or no `developer`, the conversation is written anew; else its bytes stay. */
function shapeEdits(request: ModelRequest, { quirks }: WireTarget, warnings: string[]): MemberEdit[] {
  const { schemaMode } = quirks;
  const lacking =
    request.output &&
    (schemaMode === 'none' || (schemaMode === 'json-object' && request.output.type === 'json-schema'));
  const output = lacking ? writeOutput(request.output, schemaMode, warnings) : {};
  const rewrite = lacking || quirks.systemRole === 'system';
  return [
    ...(lacking ? [{ member: 'response_format', value: output.format }] : []),
    ...(rewrite
      ? [
          {
            member: 'messages',
            value: writeMessages(request.messages, { quirks, instruction: output.instruction, warnings }),
          },
        ]
      : []),
  ];
}

function toolChoiceEdits(
  { toolChoice }: ModelRequest,
  { quirks }: WireTarget,
  warnings: string[],
): MemberEdit[] {
  const forced = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
  if (!forced || quirks.forcedToolChoice !== false) return [];
  warnings.push('This provider cannot be made to call a tool; it was left the choice.');
  return [{ member: 'tool_choice', value: 'auto' }];
}
