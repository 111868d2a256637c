import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { withPlainNumbers } from '../core/json/exact-json.ts';
import type { CheckedFor } from '../core/routing/acceptance/acceptance.ts';
import type { Ms } from '../core/units.ts';
import type { CheckerMessage } from './answer-checking.ts';
import type { FoundFailure, TextRule } from './text-failure.ts';
import { TurnsByKey } from './turns-by-key.ts';

/** The code of the process; its extension is that of this file, which is `.ts` in a checkout. */
const code = fileURLToPath(new URL(`answer-checking${import.meta.url.slice(-3)}`, import.meta.url));

/** Its memory, so that what a caller sends cannot take that of the machine. */
const execArgv = ['--max-old-space-size=256'];

/**
 * The process stops matching by itself after its CPU time, but cannot while a pattern is compiled: then it is ended. On a
 * busy machine, that CPU time takes many times as long.
 */
const patienceMs: Ms = 2_000;

type Question = { readonly rules: readonly TextRule[]; readonly answer: (found: FoundFailure) => void };

type Checker = {
  readonly child: ChildProcess;
  isReady: boolean;
  /** Gives the open question up; the next one starts another process. */
  readonly end: () => void;
};

/** One process serves all: it works for a short time on each question, and only on slow or doubtful ones. */
let checker: Checker | undefined;
let asked: Question | undefined;
let patience: NodeJS.Timeout | undefined;
const waiting = new TurnsByKey<Question>();

/**
 * Finds the first failure in another process, where the keys take turns. `unknown` if that takes too long there too or
 * ends the process, if there can be none, or if the caller no longer waits.
 */
export async function failureInProcess(
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

/** Takes the question whose turn it is, unless one is open. An idle process does not keep this one alive. */
function askNext(): void {
  while (!asked) {
    asked = waiting.take();
    if (!asked) return rest();
    try {
      checker ??= start();
      checker.child.ref();
      checker.child.channel?.ref();
    } catch {
      settle('unknown');
      continue;
    }
    if (checker.isReady) ask(checker, asked);
  }
}

function ask({ child, end }: Checker, { rules }: Question): void {
  patience = setTimeout(() => {
    child.kill('SIGKILL');
    // Not when it has exited: an answer that it sent before would let the next question be sent to it.
    end();
  }, patienceMs);
  try {
    // If the process has ended meanwhile, its end answers the question.
    child.send([...rules], () => undefined);
  } catch {
    // A schema may be too deep to be sent.
    settle('unknown');
  }
}

function settle(found: FoundFailure): void {
  clearTimeout(patience);
  const question = asked;
  asked = undefined;
  question?.answer(found);
}

function rest(): void {
  checker?.child.unref();
  checker?.child.channel?.unref();
}

function start(): Checker {
  const child = fork(code, {
    execArgv,
    // Options meant for this process could keep that one from starting.
    env: { ...process.env, NODE_OPTIONS: '' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const end = () => {
    if (checker !== started) return;
    checker = undefined;
    settle('unknown');
    askNext();
  };
  const started: Checker = { child, isReady: false, end };
  child.on('message', (message: CheckerMessage) => {
    if (checker !== started) return;
    if (message.says === 'found') {
      settle(message.found);
      askNext();
    } else {
      started.isReady = true;
      if (asked) ask(started, asked);
      askNext();
    }
  });
  child.on('error', end);
  child.on('exit', end);
  return started;
}

/** Exact numbers in a schema are objects that cannot be sent. */
function asData(rule: TextRule): TextRule {
  if ('pattern' in rule || !rule.schema) return rule;
  return { ...rule, schema: withPlainNumbers(rule.schema) };
}
