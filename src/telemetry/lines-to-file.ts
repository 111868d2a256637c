import { writeSync } from 'node:fs';
import type { Ms } from '../core/units.ts';
import type { LogLines } from './json-log.ts';

/** A line waits for company this long at most, so that a busy gateway writes in blocks. */
const flushEveryMs: Ms = 200;
const blockCharacters = 8 * 1024;

/** What waits for a reader that is slow; what comes on top of it is lost, and is said to be. */
const mostWaiting = 8 * 1024 * 1024;

/** How soon a full pipe is tried again. */
const againMs: Ms = 10;

/** How long the end of the process waits for such a reader. */
const lastPatienceMs: Ms = 1_000;

export type FileLines = LogLines & {
  /** Writes what waits before it returns, as far as there is somebody who reads it. For the end of the process. */
  flushSync(): void;
};

/**
 * Lines to an open file descriptor in blocks. Where that is a pipe it must not block, as Node's own standard error does not:
 * what does not fit in waits here, and never in another thread, where the end of the process would lose it. A reader that is
 * gone (`serve 2>&1 | tee` and Ctrl-C) loses the lines and disturbs nothing else; pino's own destination would retry for ever
 * at the end of the process, whatever the error.
 */
export function linesToFile(fd: number): FileLines {
  let waiting = '';
  let lost = 0;
  /** What of a block has not gone out yet. */
  let block: Buffer = empty;
  let isGone = false;
  let retry: NodeJS.Timeout | undefined;

  /** Whether nothing waits any more. */
  function flush(): boolean {
    for (;;) {
      if (isGone) return true;
      if (block.length === 0) block = takeWaiting();
      if (block.length === 0) return true;
      try {
        block = block.subarray(writeSync(fd, block));
      } catch (error) {
        if (isBusy(error)) return false;
        giveUp();
      }
    }
  }

  function takeWaiting(): Buffer {
    const losses = lost === 0 ? '' : lossLine(lost);
    lost = 0;
    const taken = Buffer.from(waiting + losses);
    waiting = '';
    return taken;
  }

  function flushSoon(): void {
    if (retry || flush()) return;
    retry = setTimeout(() => {
      retry = undefined;
      flushSoon();
    }, againMs).unref();
  }

  function giveUp(): void {
    isGone = true;
    block = empty;
    waiting = '';
  }

  setInterval(flushSoon, flushEveryMs).unref();
  return {
    write(line) {
      if (isGone) return;
      if (block.length + waiting.length + line.length > mostWaiting) {
        lost += 1;
        return;
      }
      waiting += line;
      if (waiting.length >= blockCharacters) flushSoon();
    },
    flushSync() {
      const until = performance.now() + lastPatienceMs;
      while (!flush() && performance.now() < until) Atomics.wait(neverWoken, 0, 0, againMs);
    },
  };
}

const empty = Buffer.alloc(0);
const neverWoken = new Int32Array(new SharedArrayBuffer(4));

function lossLine(lost: number): string {
  return `${JSON.stringify({ level: 'warn', lost, msg: 'log lines were lost: nobody read them in time' })}\n`;
}

/** A pipe that does not block, and is full. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY');
}
