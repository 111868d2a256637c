import type { Message } from '../core/content.ts';
import { estimateTokens } from '../core/estimate-tokens.ts';
import type { ThreadFile, ThreadTurn } from '../core/thread.ts';
import type { Tokens } from '../core/units.ts';

/** What a caller says next. */
export type NextTurn = { readonly text: string; readonly files: readonly ThreadFile[] };

export type ThreadContext = {
  /** The kept history and the next turn; system messages are the caller's business. */
  readonly messages: readonly Message[];
  readonly tokens: Tokens;
  /** What was left out, one sentence each. */
  readonly notes: readonly string[];
};

/** How a file is written into a message; fences and their warnings are the prompts' business. */
export type RenderFile = (file: ThreadFile) => string;

/**
 * A thread as a model reads it: every message once, every file once, in the newest text that the thread knows. What
 * does not fit the budget goes oldest first, with a note in its place; the next turn is never cut here.
 */
export function threadContext(
  history: readonly ThreadTurn[],
  next: NextTurn,
  options: { readonly budget: Tokens; readonly renderFile: RenderFile },
): ThreadContext {
  const turns: ShownTurn[] = [...history, { role: 'user', ...next }];
  for (let from = 0; from < turns.length; from = nextStart(turns, from)) {
    const texts = renderTurns(turns.slice(from), options.renderFile);
    const tokens = texts.reduce((sum, { text }) => sum + estimateTokens(text) + perMessage, 0);
    if (tokens > options.budget && from < turns.length - 1) continue;
    const dropped = turns.slice(0, from);
    const note = dropped.length > 0 ? droppedNote(dropped, options.renderFile) : undefined;
    return {
      messages: asMessages(texts, note),
      tokens: tokens + (note === undefined ? 0 : estimateTokens(note)),
      notes: note === undefined ? [] : [note],
    };
  }
  throw new RangeError('the next turn itself is always there');
}

type ShownTurn = Pick<ThreadTurn, 'role' | 'text' | 'files'>;
type RenderedTurn = { readonly role: 'user' | 'assistant'; readonly text: string };

const perMessage = 8;

/** History begins with a question: an answer alone would hang in the air, and some providers refuse it. */
function nextStart(turns: readonly ShownTurn[], from: number): number {
  const start = turns.findIndex(({ role }, index) => index > from && role === 'user');
  return start < 0 ? turns.length - 1 : start;
}

/** A file stands where its newest text was given; earlier places say that it comes later. */
function renderTurns(turns: readonly ShownTurn[], renderFile: RenderFile): RenderedTurn[] {
  const newest = new Map<string, { index: number; text: string }>();
  for (const [index, { files }] of turns.entries()) {
    for (const { path, text } of files) {
      // The same text again stays where it was: nothing before it changes, so a provider's cache still holds.
      if (newest.get(path)?.text !== text) newest.set(path, { index, text });
    }
  }
  return turns.map(({ role, text, files }, index) => {
    const blocks = files.map((file) => {
      const place = newest.get(file.path)?.index ?? index;
      if (place === index) return renderFile(file);
      const where =
        place > index ? 'its newer text comes later' : 'it has not changed since it was shown above';
      return `[${file.path}: ${where}]`;
    });
    return { role, text: [...blocks, text].join('\n\n') };
  });
}

function droppedNote(dropped: readonly ShownTurn[], renderFile: RenderFile): string {
  const tokens = renderTurns(dropped, renderFile).reduce((sum, { text }) => sum + estimateTokens(text), 0);
  return `The ${dropped.length} oldest messages of this thread (about ${tokens} tokens) do not fit and are left out.`;
}

/** The note stands in the first message: roles must alternate for some providers. */
function asMessages(turns: readonly RenderedTurn[], note: string | undefined): Message[] {
  return turns.map(({ role, text }, index) => ({
    role,
    content: [{ type: 'text', text: index === 0 && note !== undefined ? `[${note}]\n\n${text}` : text }],
  }));
}
