import type { ModelRequest } from '../core/wire/request.ts';

/** The warning for callers whose cache marks go to a provider that has no such field. */
export const cacheMarksWarning = 'Marks for prompt caching were left out: this provider caches on its own.';

/** Warns if a message or a tool has a cache mark. */
export function warnOfCacheMarks({ messages, tools = [] }: ModelRequest, warnings: string[]): void {
  const marked = messages.some(({ content }) =>
    content.some((part) => 'cache' in part && part.cache !== undefined),
  );
  if (marked || tools.some(({ cache }) => cache !== undefined)) warnings.push(cacheMarksWarning);
}
