import type { ContentPart } from '../../core/wire/content.ts';
import type { ModelRequest } from '../../core/wire/request.ts';

/** Returns the number of cache marks in a request. */
export function countMarks({ tools = [], messages }: Pick<ModelRequest, 'tools' | 'messages'>): number {
  return marksIn(tools) + messages.reduce((sum, { content }) => sum + marksIn(content), 0);
}

function marksIn(marked: readonly (ContentPart | Markable)[]): number {
  return marked.reduce((sum, one) => {
    const inner = 'type' in one && one.type === 'tool-result' ? marksIn(one.content) : 0;
    return sum + inner + (isMarked(one) ? 1 : 0);
  }, 0);
}

/** A part or a tool, as far as marks concern it. */
export type Markable = { readonly cache?: unknown; readonly text?: unknown };

/** Whether a mark is sent with a part or tool: empty text is left out, and its mark with it. */
export function isMarked(one: ContentPart | Markable): boolean {
  return 'cache' in one && one.cache !== undefined && !('text' in one && one.text === '');
}
