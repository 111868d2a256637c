import type { WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { quirkEdits } from './quirk-edits.ts';

/** A body in a dialect's own format, before its provider's quirks are applied. */
export type UnfinishedRequest = {
  readonly path: string;
  readonly headers?: WireRequest['headers'];
  /** Is changed. */
  readonly body: JsonObject;
  readonly target: WireTarget;
  readonly warnings: readonly string[];
};

/** Applies the provider's quirks to a written body and returns the request, with each warning once. */
export function finishRequest({
  path,
  headers = {},
  body,
  target,
  warnings,
}: UnfinishedRequest): WireRequest {
  const all = [...warnings];
  for (const { member, value } of quirkEdits(body, { target, warnings: all })) body[member] = value;
  return { path: target.quirks.path ?? path, headers, body, warnings: [...new Set(all)] };
}
