import type { Message } from '../core/wire/content.ts';
import { estimateTokens } from '../core/estimate-tokens.ts';
import type { ThreadFile, ThreadTurn } from '../core/stores/thread.ts';
import type { Tokens } from '../core/units.ts';

/** The caller's next message. */
export type NextTurn = { readonly text: string; readonly files: readonly ThreadFile[] };

export type ThreadContext = {
  /** The kept messages before the next turn; system messages are left to the caller. */
  readonly history: readonly Message[];
  /** Files of the next turn that must be shown: new ones and those with a new text. */
  readonly files: readonly ThreadFile[];
  /** Files of the next turn whose current text is already in the history. */
  readonly unchanged: readonly string[];
  readonly tokens: Tokens;
  /** What was left out, one sentence each. */
  readonly notes: readonly string[];
};

/** Writes a file into a message; fences and their warnings are left to the prompts. */
export type RenderFile = (file: ThreadFile) => string;

/**
 * Builds the context of a thread for a model: every message once, and every file once, in its newest text. If it
 * exceeds the budget, the oldest messages are dropped and a note takes their place; the next turn is never cut here.
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

/** The history must begin with a question: an answer alone lacks context, and some providers reject it. */
function nextStart(turns: readonly ThreadTurn[], from: number): number {
  const start = turns.findIndex(({ role }, index) => index > from && role === 'user');
  return start < 0 ? turns.length : start;
}

/** For each file, the turn that gave its newest text. */
function newestTexts(turns: readonly Pick<ThreadTurn, 'files'>[]): Newest {
  const newest = new Map<string, { index: number; text: string }>();
  for (const [index, { files }] of turns.entries()) {
    for (const { path, text } of files) {
      // An unchanged text stays in its place: nothing before it changes, so a provider's prompt cache still applies.
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

/** The remark for a file that is named again and is already in the thread unchanged. */
export const unchangedRemark = 'it has not changed since it was shown above';

function droppedNote(dropped: readonly ThreadTurn[]): string {
  const texts = dropped.flatMap(({ text, files }) => [text, ...files.map((file) => file.text)]);
  const tokens = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
  return `The ${dropped.length} oldest messages of this thread (about ${tokens} tokens) do not fit and are left out.`;
}

/** The note is part of the first message, because some providers require alternating roles. */
function asMessages(turns: readonly RenderedTurn[], note: string | undefined): Message[] {
  return turns.map(({ role, text }, index) => ({
    role,
    content: [{ type: 'text', text: index === 0 && note !== undefined ? `[${note}]\n\n${text}` : text }],
  }));
}
