import { appendAll } from '../../core/lists/append-all.ts';
import type { MemberEdit, RelayRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { quirkEdits } from '../request/quirk-edits.ts';
import { objectOf } from '../fields/loose-fields.ts';
import { pathFor } from './write-request.ts';

/**
 * Returns the edits to the client's own body: fields that belong in the path are removed, and a limit that Conclave has
 * set is added.
 */
export function relayRequest(body: JsonObject, request: ModelRequest, target: WireTarget): RelayRequest {
  const warnings: string[] = [];
  const inference = objectOf(body.inferenceConfig);
  const limit = request.maxOutputTokens;
  const wanted: MemberEdit[] = [
    { member: 'modelId', value: undefined },
    { member: 'stream', value: undefined },
  ];
  const edits = wanted.filter(({ member }) => body[member] !== undefined);
  if (limit !== undefined && limit !== inference.maxTokens) {
    edits.push({ member: 'inferenceConfig', value: { ...inference, maxTokens: limit } });
  }
  appendAll(edits, quirkEdits(body, { target, warnings }, edits));
  return { path: pathFor(target), headers: {}, edits, warnings };
}
