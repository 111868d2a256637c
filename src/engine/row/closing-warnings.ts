import type { Call } from '../../core/call.ts';
import { cutWarning } from '../../core/cut-warning.ts';
import type { Ending } from './ending.ts';
import type { CallRecord } from './call-record.ts';

/** Returns the warnings for an answer that was cut by its output limit. */
export function closingWarnings({ call, addedLimit }: CallRecord, ending: Ending): string[] {
  if (ending.finish?.reason !== 'length') return [];
  const model = ending.answeredBy?.candidate.model.id;
  return [
    ...(isSilent(call) ? [cutWarning(model, call.request.maxOutputTokens)] : []),
    ...(addedLimit === undefined
      ? []
      : [
          `${whose[addedLimit.because]}, so the answer was limited to ${addedLimit.tokens} tokens; set max_tokens to choose`,
        ]),
  ];
}

const whose = { budget: 'this key has a budget', ceiling: 'this call has a price ceiling' } as const;

/** A client of a dialect reads the finish reason itself, and so does a tool. */
function isSilent({ raw, tool }: Call): boolean {
  return raw === undefined && tool === undefined;
}
