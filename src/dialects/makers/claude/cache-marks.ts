import { isClaude } from './is-claude.ts';
import type { ContentPart } from '../../../core/wire/content.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import type { RequestDraft } from '../../request/draft.ts';
import { countMarks, isMarked, type Markable } from '../../prompt-cache/count-marks.ts';
import { knownName } from '../../request/known-name.ts';

/**
 * A fifth mark is rejected with a 400, at Bedrock too, there also for Nova:
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
const maxMarks = 4;

/**
 * Returns a request with only its last four cache marks if its model is Claude: a later mark also finds what earlier
 * ones cached, and caches more.
 */
export function withinCacheMarks({ request, target, warnings }: RequestDraft): ModelRequest {
  if (!isClaude(knownName(target))) return request;
  const { tools, messages } = request;
  let surplus = surplusMarks(countMarks(request), 'Claude', warnings);
  if (surplus === 0) return request;

  function unmarked<T extends Markable>(marked: T): T {
    if (!isMarked(marked) || surplus <= 0) return marked;
    surplus -= 1;
    return { ...marked, cache: undefined };
  }

  function within(part: ContentPart): ContentPart {
    const content = part.type === 'tool-result' ? part.content.map(within) : undefined;
    const inner = part.type === 'tool-result' && content ? { ...part, content } : part;
    return 'cache' in inner ? unmarked(inner) : inner;
  }

  return {
    ...request,
    ...(tools && { tools: tools.map(unmarked) }),
    messages: messages.map((message) => ({ ...message, content: message.content.map(within) })),
  };
}

/** Returns how many of the first marks must be left out; a warning says so. */
export function surplusMarks(marks: number, by: 'Claude' | 'Bedrock', warnings: string[]): number {
  if (marks <= maxMarks) return 0;
  warnings.push(`Of ${marks} cache marks the last ${maxMarks} were sent: ${by} does not accept more.`);
  return marks - maxMarks;
}
