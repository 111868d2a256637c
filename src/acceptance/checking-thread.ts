import { Worker } from 'node:worker_threads';
import { withPlainNumbers } from '../core/json/exact-json.ts';
import type { AskedFailure, FoundFailure } from './answer-checking.ts';
import type { TextRule } from './text-failure.ts';

/** The code of the thread; its extension is that of this file, which is `.ts` in a checkout. */
const code = new URL(`answer-checking${import.meta.url.slice(-3)}`, import.meta.url);

/** Memory of the thread, so that what a caller sends cannot take that of the process. */
const resourceLimits = { maxOldGenerationSizeMb: 256 };

/** A thread inherits the options of its process, and with `--input-type` none starts from a file. */
const execArgv: string[] = [];

/** One thread serves the process: it works for a short time on each question, and only on slow ones. */
let thread: Worker | undefined;
let asked = 0;
const waiting = new Map<number, (failure: FoundFailure['failure']) => void>();

/**
 * Finds the first failure in a thread, in the order of asking. `unknown` if that takes too long there too, or if there
 * can be no thread.
 */
export function failureInThread(rules: readonly TextRule[]): Promise<FoundFailure['failure']> {
  try {
    thread ??= start();
  } catch {
    return Promise.resolve('unknown');
  }
  const worker = thread;
  asked += 1;
  const number = asked;
  return new Promise((resolve) => {
    waiting.set(number, resolve);
    worker.ref();
    worker.postMessage({ number, rules: rules.map(asData) } satisfies AskedFailure);
  });
}

function start(): Worker {
  const started = new Worker(code, { resourceLimits, execArgv });
  started.on('message', ({ number, failure }: FoundFailure) => {
    const answer = waiting.get(number);
    waiting.delete(number);
    // An idle thread does not keep the process alive.
    if (waiting.size === 0) started.unref();
    answer?.(failure);
  });
  // Out of memory, or it could not be started. The next question starts another.
  started.on('error', () => {
    thread = undefined;
    for (const answer of waiting.values()) answer('unknown');
    waiting.clear();
  });
  return started;
}

/** Exact numbers in a schema are objects that cannot be sent. */
function asData(rule: TextRule): TextRule {
  if ('pattern' in rule || !rule.schema) return rule;
  return { ...rule, schema: withPlainNumbers(rule.schema) };
}
