import { appendAll } from '../../core/lists/append-all.ts';
import type { MemberEdit, RelayRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { quirkEdits } from '../request/quirk-edits.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { contextSize } from './context-size.ts';
import { path } from './write-request.ts';

/**
 * Returns the edits to the client's own body. If the client sets no context size, one that holds the whole conversation
 * is requested.
 */
export function relayRequest(body: JsonObject, request: ModelRequest, target: WireTarget): RelayRequest {
  const warnings: string[] = [];
  const edits: MemberEdit[] = [];
  if (body.model !== target.model) edits.push({ member: 'model', value: target.model });
  const options = objectOf(body.options);
  const limit = request.maxOutputTokens;
  const added: JsonObject = {
    ...(typeof options.num_ctx !== 'number' && {
      num_ctx: contextSize(objectsOf(body.messages), objectsOf(body.tools), limit, target),
    }),
    ...(limit !== undefined && limit !== options.num_predict && { num_predict: limit }),
  };
  if (Object.keys(added).length > 0) edits.push({ member: 'options', value: { ...options, ...added } });
  appendAll(edits, quirkEdits(body, { target, warnings }, edits));
  return { path: target.quirks.path ?? path, headers: {}, edits, warnings };
}
