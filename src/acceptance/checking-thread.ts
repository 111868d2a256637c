import { Worker } from 'node:worker_threads';
import { withPlainNumbers } from '../core/json/exact-json.ts';
import type { CheckedFor } from '../core/routing/acceptance.ts';
import type { FoundFailure } from './answer-checking.ts';
import type { TextRule } from './text-failure.ts';
import { TurnsByKey } from './turns-by-key.ts';

/** The code of the thread; its extension is that of this file, which is `.ts` in a checkout. */
const code = new URL(`answer-checking${import.meta.url.slice(-3)}`, import.meta.url);

/** Memory of the thread, so that what a caller sends cannot take that of the process. */
const resourceLimits = { maxOldGenerationSizeMb: 256 };

/** A thread inherits the options of its process, and with `--input-type` none starts from a file. */
const execArgv: string[] = [];

type Question = { readonly rules: readonly TextRule[]; readonly answer: (found: FoundFailure) => void };

/** One thread serves the process: it works for a short time on each question, and only on slow ones. */
let thread: Worker | undefined;
let asked: Question | undefined;
const waiting = new TurnsByKey<Question>();

/**
 * Finds the first failure in a thread, where the keys take turns. `unknown` if that takes too long there too, if there
 * can be no thread, or if the caller no longer waits.
 */
export async function failureInThread(
  rules: readonly TextRule[],
  { keyId, signal }: CheckedFor,
): Promise<FoundFailure> {
  if (signal?.aborted) return 'unknown';
  const { promise: found, resolve: answer } = Promise.withResolvers<FoundFailure>();
  const question = { rules: rules.map(asData), answer };
  const giveUp = () => answer('unknown');
  signal?.addEventListener('abort', giveUp, { once: true });
  waiting.add(keyId, question);
  askNext();
  try {
    return await found;
  } finally {
    signal?.removeEventListener('abort', giveUp);
    waiting.remove(keyId, question);
  }
}

/** Asks the thread the question whose turn it is, unless it is busy. An idle thread does not keep the process alive. */
function askNext(): void {
  while (!asked) {
    asked = waiting.take();
    if (!asked) return thread?.unref();
    try {
      thread ??= start();
      thread.ref();
      thread.postMessage(asked.rules);
    } catch {
      settle('unknown');
    }
  }
}

function settle(found: FoundFailure): void {
  const question = asked;
  asked = undefined;
  question?.answer(found);
}

function start(): Worker {
  const started = new Worker(code, { resourceLimits, execArgv });
  started.on('message', (found: FoundFailure) => {
    settle(found);
    askNext();
  });
  // Out of memory, or it could not be started. The next question starts another.
  started.on('error', () => {
    thread = undefined;
    settle('unknown');
    askNext();
  });
  return started;
}

/** Exact numbers in a schema are objects that cannot be sent. */
function asData(rule: TextRule): TextRule {
  if ('pattern' in rule || !rule.schema) return rule;
  return { ...rule, schema: withPlainNumbers(rule.schema) };
}
