import type { CacheHint, Message } from '../../../core/wire/content.ts';
import type { WireTarget } from '../../../core/wire/dialect.ts';
import type { ModelRequest, ToolDefinition } from '../../../core/wire/request.ts';
import { canBeMarked, withCacheMark } from '../../prompt-cache/cache-mark.ts';
import { knownName } from '../../request/known-name.ts';
import { promptCacheFields } from '../../prompt-cache/openai-prompt-cache.ts';
import { countMarks } from '../../prompt-cache/count-marks.ts';
import { claudeHabits } from './habits.ts';

/**
 * Marks a prompt for Claude whose client wants it cached and leaves to the provider where: other makers cache unasked,
 * Claude's providers only what is marked. If the client has set marks of its own, only those count. Any other request
 * is returned unchanged.
 */
export function withPromptCache(
  request: ModelRequest,
  target: Pick<WireTarget, 'model' | 'knownAs'>,
): ModelRequest {
  const { promptCache, extras = [] } = request;
  if (promptCache === undefined || !claudeHabits(knownName(target)).cachesPrompts) return request;
  const others = extras.filter(({ name }) => !promptCacheFields.some((field) => field === name));
  const rest = { ...request, extras: others };
  return countMarks(request) > 0 ? rest : { ...rest, ...marked(rest, promptCache) };
}

/**
 * Marks the end of what all conversations of the client share, the end of the prompt, and where the previous call
 * ended: Claude looks for earlier entries in only 20 blocks before a mark, and a turn may have more.
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
function marked(
  { messages, tools }: ModelRequest,
  cache: CacheHint,
): Pick<ModelRequest, 'messages' | 'tools'> {
  const places = new Set([systemEnd(messages), previousEnd(messages), messages.findLastIndex(isTurn)]);
  return {
    messages: messages.map((message, at) => (places.has(at) ? withCacheMark(message, cache) : message)),
    ...(tools && { tools: systemEnd(messages) < 0 ? withMarkedEnd(tools, cache) : tools }),
  };
}

/** Returns the place of the last system message at the start, which the tools come before. */
function systemEnd(messages: readonly Message[]): number {
  const turn = messages.findIndex(({ role }) => role !== 'system');
  const opening = turn < 0 ? messages : messages.slice(0, turn);
  return opening.findLastIndex(({ content }) => content.some(canBeMarked));
}

/** Returns the place of the last user message before the last answer. */
function previousEnd(messages: readonly Message[]): number {
  const answer = messages.findLastIndex(({ role }) => role === 'assistant');
  return answer < 0 ? -1 : messages.slice(0, answer).findLastIndex((message) => isTurn(message));
}

function isTurn({ role, content }: Message): boolean {
  return role === 'user' && content.some(canBeMarked);
}

function withMarkedEnd(tools: readonly ToolDefinition[], cache: CacheHint): readonly ToolDefinition[] {
  const last = tools.at(-1);
  return last === undefined ? tools : [...tools.slice(0, -1), { ...last, cache }];
}
