import type { MemberEdit, RelayRequest, WireTarget } from '../../core/dialect.ts';
import { isJsonObject } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { ModelRequest } from '../../core/request.ts';
import { quirkEdits } from '../apply-quirks.ts';
import { samplingEdits } from '../gpt-habits.ts';
import { withinLimit } from '../output-limit.ts';
import { nearestEffort } from '../reasoning-effort.ts';
import { isOurId } from './item-id.ts';
import { isForeign } from './reasoning-proof.ts';
import { path } from './write-request.ts';

/** The client's own body with the model's name on the wire, a limit that Conclave has set, and the seller's quirks. */
export function relayRequest(body: JsonObject, asked: ModelRequest, target: WireTarget): RelayRequest {
  const warnings: string[] = [];
  const request = target.chosen ? withinLimit(asked, target, warnings) : asked;
  const wanted: MemberEdit[] = [
    { member: 'model', value: target.model },
    { member: 'max_output_tokens', value: request.maxOutputTokens },
  ];
  const edits = wanted.filter(({ member, value }) => value !== undefined && value !== body[member]);
  edits.push(...inputEdits(body, target, warnings));
  edits.push(...effortEdits(body, request, target, warnings));
  if (target.chosen) edits.push(...samplingEdits(body, { ...request, model: target.model }, warnings));
  edits.push(...quirkEdits(body, target, warnings));
  return { path: target.quirks.path ?? path, headers: {}, edits, warnings };
}

/**
 * A conversation that another model has been part of holds ids and proofs that no provider of this dialect knows: it
 * would refuse the whole call for them.
 */
function inputEdits({ input }: JsonObject, { opens }: WireTarget, warnings: string[]): MemberEdit[] {
  const isOfAnother = (item: JsonValue) =>
    isJsonObject(item) && (isOurId(item.id) || isForeign(item) || !opensProof(item, opens));
  if (!Array.isArray(input) || !input.some(isOfAnother)) return [];
  const kept = input.flatMap((item): JsonValue[] => {
    if (!isJsonObject(item) || !isOfAnother(item)) return [item];
    if (item.type !== 'reasoning') return [{ ...item, id: undefined }];
    warnings.push('Reasoning of another model or key was left out: only its own maker can read it.');
    return [];
  });
  return [{ member: 'input', value: kept }];
}

function opensProof({ type, encrypted_content: proof }: JsonObject, opens: WireTarget['opens']): boolean {
  return type !== 'reasoning' || typeof proof !== 'string' || opens?.(proof) !== false;
}

function effortEdits(
  body: JsonObject,
  { reasoning }: ModelRequest,
  { quirks }: WireTarget,
  warnings: string[],
): MemberEdit[] {
  const wanted = reasoning?.effort;
  if (wanted === undefined || !isJsonObject(body.reasoning)) return [];
  const nearest = nearestEffort(wanted, quirks.reasoningEfforts);
  if (nearest === wanted) return [];
  warnings.push(
    `The effort "${wanted}" was asked for as "${nearest}", the nearest that this provider knows.`,
  );
  return [{ member: 'reasoning', value: { ...body.reasoning, effort: nearest } }];
}
