import { appendAll } from '../../core/lists/append-all.ts';
import type { MemberEdit, RelayRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { quirkEdits } from '../request/quirk-edits.ts';
import { objectOf } from '../fields/loose-fields.ts';
import { camelCase } from './proto-fields.ts';
import { pathFor } from './write-request.ts';

/**
 * Returns the edits to the client's own body: fields that belong in the path are removed, and a limit that Conclave has
 * set is added.
 */
export function relayRequest(body: JsonObject, request: ModelRequest, target: WireTarget): RelayRequest {
  const warnings: string[] = [];
  const member = body.generation_config === undefined ? 'generationConfig' : 'generation_config';
  const config = camelCase(objectOf(body[member]));
  const limit = request.maxOutputTokens;
  const wanted: MemberEdit[] = [
    { member: 'model', value: undefined },
    { member: 'stream', value: undefined },
  ];
  const edits = wanted.filter((edit) => body[edit.member] !== undefined);
  if (limit !== undefined && limit !== config.maxOutputTokens) {
    edits.push({ member, value: { ...config, maxOutputTokens: limit } });
  }
  appendAll(edits, quirkEdits(body, { target, warnings }, edits));
  return { path: pathFor(target), headers: {}, edits, warnings };
}
