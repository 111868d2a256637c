import type { Call } from '../../core/call.ts';
import { cutWarning } from '../../core/wire/cut-warning.ts';
import { keptReason, reachedLimit } from '../../core/wire/reached-limit.ts';
import type { Ending } from './ending.ts';
import type { CallRecord } from './call-record.ts';

/** Returns the warnings for an answer, or one of several, that was cut by its output limit. */
export function closingWarnings({ call, addedLimit }: CallRecord, ending: Ending): string[] {
  const { finish } = ending;
  if (finish?.reason !== 'length' && !(finish && reachedLimit(keptReason(finish)))) return [];
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
