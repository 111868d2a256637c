import type { ModelRequest } from '../core/wire/request.ts';

/** What a caller is told whose marks go to a provider without a word for them. */
export const cacheMarksWarning = 'Marks for prompt caching were left out: this provider caches on its own.';

/** Warns where a message or a tool has a mark. */
export function warnOfCacheMarks({ messages, tools = [] }: ModelRequest, warnings: string[]): void {
  const marked = messages.some(({ content }) =>
    content.some((part) => 'cache' in part && part.cache !== undefined),
  );
  if (marked || tools.some(({ cache }) => cache !== undefined)) warnings.push(cacheMarksWarning);
}
