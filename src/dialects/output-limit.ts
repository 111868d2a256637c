import type { WireTarget } from '../core/wire/dialect.ts';
import type { ModelRequest } from '../core/wire/request.ts';
import type { Tokens } from '../core/units.ts';

/** Returns the requested output limit, lowered to the model's own with a warning. */
export function outputLimit(
  { maxOutputTokens: asked }: ModelRequest,
  { maxOutputTokens: most }: WireTarget,
  warnings: string[],
): Tokens | undefined {
  if (asked === undefined || most === undefined || asked <= most) return asked;
  warnings.push(`The output limit of ${asked} tokens was lowered to the model's own, ${most}.`);
  return most;
}

/** Returns the request with its output limit lowered to the model's own. */
export function withinLimit(request: ModelRequest, target: WireTarget, warnings: string[]): ModelRequest {
  const limit = outputLimit(request, target, warnings);
  return limit === request.maxOutputTokens || limit === undefined
    ? request
    : { ...request, maxOutputTokens: limit };
}
