import type { Tokens } from '../../core/units.ts';
import type { RequestDraft } from './draft.ts';

/** Returns the requested output limit, lowered to the model's own with a warning. */
export function outputLimit({ request, target, warnings }: RequestDraft): Tokens | undefined {
  const { maxOutputTokens: asked } = request;
  const { maxOutputTokens: most } = target;
  if (asked === undefined || most === undefined || asked <= most) return asked;
  warnings.push(`The output limit of ${asked} tokens was lowered to the model's own, ${most}.`);
  return most;
}

/** Returns the draft with its output limit lowered to the model's own. */
export function withinLimit(draft: RequestDraft): RequestDraft {
  const limit = outputLimit(draft);
  return limit === draft.request.maxOutputTokens || limit === undefined
    ? draft
    : { ...draft, request: { ...draft.request, maxOutputTokens: limit } };
}
