import type { RequestDraft } from '../request/draft.ts';
import { countMarks } from './count-marks.ts';

/** The warning for callers whose cache marks go to a provider that has no such field. */
export const cacheMarksWarning = 'Marks for prompt caching were left out: this provider caches on its own.';

/** Warns if a message or a tool has a cache mark. */
export function warnOfCacheMarks({ request, warnings }: RequestDraft): void {
  if (countMarks(request) > 0) warnings.push(cacheMarksWarning);
}
