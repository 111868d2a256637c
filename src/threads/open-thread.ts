import { ConclaveError } from '../core/errors.ts';
import type { Thread, ThreadFile, ThreadStore, ThreadTurn } from '../core/stores/thread.ts';
import type { Ms } from '../core/units.ts';

/** A thread that a tool adds to: an existing one, or a new one that begins with the tool's first answer. */
export type OpenThread = {
  readonly id: string;
  readonly history: readonly ThreadTurn[];
  /** The model that answered last. */
  readonly model?: string;
  /** Only local models may see it, because an earlier turn was limited to them. */
  readonly localOnly: boolean;
  /** Stores a question and its answer together, or neither. */
  record(exchange: Exchange): Promise<void>;
};

export type Exchange = {
  readonly question: { readonly text: string; readonly files: readonly ThreadFile[] };
  readonly answer: string;
  readonly tool: string;
  readonly model?: string;
  readonly requestId?: string;
};

export type ThreadOptions = {
  readonly store: ThreadStore;
  readonly keyId: string;
  readonly now: () => Ms;
  readonly newId: () => string;
  /** The turn is limited to local models; the thread then stays on them. */
  readonly localOnly?: boolean;
  /** A thread expires if it is not continued for this long. */
  readonly expireAfterMs: Ms;
};

/** A week: long enough to come back to a thread, short enough that none is kept forever. */
export const defaultThreadExpiryMs = 7 * 24 * 3_600_000;

/**
 * Continues the thread `continuationId`, or begins a new one.
 * @throws ConclaveError `not_found` for a thread that is unknown to this key or has expired.
 */
export async function openThread(options: ThreadOptions, continuationId?: string): Promise<OpenThread> {
  const { store, keyId, now, newId } = options;
  if (continuationId === undefined) return threadOn(newThread(keyId, newId(), now()), options);
  const thread = await store.read(continuationId, { keyId, now: now() });
  if (thread) return threadOn(thread, options);
  throw new ConclaveError(
    'not_found',
    `There is no thread ${JSON.stringify(continuationId.slice(0, 80))}: it has expired or never existed; leave continuation_id out to begin a new one.`,
    { param: 'continuation_id' },
  );
}

function threadOn(thread: Thread, options: ThreadOptions): OpenThread {
  const { store, now, expireAfterMs, localOnly = false } = options;
  return {
    id: thread.id,
    history: thread.turns,
    localOnly: thread.localOnly ?? false,
    ...(thread.model === undefined ? {} : { model: thread.model }),
    async record({ question, answer, tool, model, requestId }) {
      const at = now();
      const { turns, ...row } = thread;
      const title = turns.length > 0 ? row.title : titleOf(question.text);
      const updated = {
        ...row,
        title,
        updatedAt: at,
        expiresAt: at + expireAfterMs,
        ...(localOnly && { localOnly }),
      };
      await store.append(model === undefined ? updated : { ...updated, model }, [
        { role: 'user', text: question.text, files: question.files, at, tool },
        {
          role: 'assistant',
          text: answer,
          files: [],
          at,
          tool,
          ...(model === undefined ? {} : { model }),
          ...(requestId === undefined ? {} : { requestId }),
        },
      ]);
    },
  };
}

function newThread(keyId: string, id: string, at: Ms): Thread {
  return { id, keyId, title: '', createdAt: at, updatedAt: at, expiresAt: at, turns: [] };
}

function titleOf(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}
