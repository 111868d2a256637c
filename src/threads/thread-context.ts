import type { Message } from '../core/wire/content.ts';
import { estimateTokens } from '../core/estimate-tokens.ts';
import type { ThreadFile, ThreadTurn } from '../core/stores/thread.ts';
import type { Tokens } from '../core/units.ts';

/** What a caller says next. */
export type NextTurn = { readonly text: string; readonly files: readonly ThreadFile[] };

export type ThreadContext = {
  /** The kept messages before the next turn; system messages are the caller's business. */
  readonly history: readonly Message[];
  /** Files of the next turn that must be shown: those that are new, or have a new text. */
  readonly files: readonly ThreadFile[];
  /** Files of the next turn that stand in the history as they are now. */
  readonly unchanged: readonly string[];
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
  { budget, renderFile }: { readonly budget: Tokens; readonly renderFile: RenderFile },
): ThreadContext {
  for (let from = 0; ; from = nextStart(history, from)) {
    const kept = history.slice(from);
    const newest = newestTexts([...kept, next]);
    const turns = kept.map((turn, index) => renderTurn(turn, index, newest, renderFile));
    const files = next.files.filter(({ path }) => newest.get(path)?.index === kept.length);
    const sizes = [...turns.map(({ text }) => text), ...files.map(renderFile), next.text].map(estimateTokens);
    const tokens = sizes.reduce((sum, size) => sum + size + perMessage, 0);
    if (tokens > budget && from < history.length) continue;
    const note = from > 0 ? droppedNote(history.slice(0, from)) : undefined;
    return {
      history: asMessages(turns, note),
      files,
      unchanged: next.files.filter((file) => !files.includes(file)).map(({ path }) => path),
      tokens,
      notes: note === undefined ? [] : [note],
    };
  }
}

type RenderedTurn = { readonly role: 'user' | 'assistant'; readonly text: string };
type Newest = ReadonlyMap<string, { readonly index: number; readonly text: string }>;

const perMessage = 8;

/** History begins with a question: an answer alone would hang in the air, and some providers refuse it. */
function nextStart(turns: readonly ThreadTurn[], from: number): number {
  const start = turns.findIndex(({ role }, index) => index > from && role === 'user');
  return start < 0 ? turns.length : start;
}

/** Where each file stands: the turn that gave its newest text. */
function newestTexts(turns: readonly Pick<ThreadTurn, 'files'>[]): Newest {
  const newest = new Map<string, { index: number; text: string }>();
  for (const [index, { files }] of turns.entries()) {
    for (const { path, text } of files) {
      // The same text again stays where it was: nothing before it changes, so a provider's cache still holds.
      if (newest.get(path)?.text !== text) newest.set(path, { index, text });
    }
  }
  return newest;
}

function renderTurn(
  { role, text, files }: ThreadTurn,
  index: number,
  newest: Newest,
  renderFile: RenderFile,
): RenderedTurn {
  const blocks = files.map((file) => {
    const place = newest.get(file.path)?.index ?? index;
    if (place === index) return renderFile(file);
    const where = place > index ? 'its newer text comes later' : unchangedRemark;
    return `[${file.path}: ${where}]`;
  });
  return { role, text: [...blocks, text].join('\n\n') };
}

/** Said of a file that is named again and stands in the thread as it is. */
export const unchangedRemark = 'it has not changed since it was shown above';

function droppedNote(dropped: readonly ThreadTurn[]): string {
  const texts = dropped.flatMap(({ text, files }) => [text, ...files.map((file) => file.text)]);
  const tokens = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
  return `The ${dropped.length} oldest messages of this thread (about ${tokens} tokens) do not fit and are left out.`;
}

/** The note stands in the first message: roles must alternate for some providers. */
function asMessages(turns: readonly RenderedTurn[], note: string | undefined): Message[] {
  return turns.map(({ role, text }, index) => ({
    role,
    content: [{ type: 'text', text: index === 0 && note !== undefined ? `[${note}]\n\n${text}` : text }],
  }));
}
