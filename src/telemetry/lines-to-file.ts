import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Ms } from '../core/units.ts';
import type { LogLines } from './json-log.ts';
import { systemErrorCode } from '../core/system/system-error-code.ts';

/** Longest time that a line is buffered, so that a busy gateway writes in blocks. */
const flushEveryMs: Ms = 200;
const blockCharacters = 8 * 1024;

/** Largest buffer for a slow reader or a full disk; further lines are dropped, and their number is reported. */
const maxWaiting = 8 * 1024 * 1024;

/** Delay before a full pipe or disk is tried again. */
const againMs: Ms = 10;

/** How long a process that ends waits for a reader or a disk that takes nothing, and for a slow one. */
const lastPatienceMs: Ms = 1_000;
const lastWaitMs: Ms = 10_000;

export type FileLines = LogLines & {
  /** Writes the buffer before it returns, unless the reader is gone. For the end of the process. */
  flushSync(): void;
};

/**
 * Writes lines in blocks to an open file descriptor. A pipe must not block, just as Node's own standard error does not:
 * what does not fit is buffered here, never in another thread, where it would be lost at the end of the process. What a
 * full disk refuses is buffered, too. If the reader is gone (`serve 2>&1 | tee` and Ctrl-C), the lines are dropped and
 * nothing else is disturbed; pino's own destination would retry forever at the end of the process, whatever the error.
 */
export function linesToFile(fd: number): FileLines {
  let waiting = '';
  let lost = 0;
  /** The part of a block that is not written yet. */
  let block: Buffer = empty;
  /** The number of bytes that were written. */
  let written = 0;
  const isTerminal = isatty(fd);
  let isGone = false;
  let retry: NodeJS.Timeout | undefined;

  /** Returns whether the buffer is empty. */
  function flush(): boolean {
    for (;;) {
      if (isGone) return true;
      if (block.length === 0) block = takeWaiting();
      if (block.length === 0) return true;
      try {
        const taken = writeSync(fd, block);
        block = block.subarray(taken);
        written += taken;
      } catch (error) {
        if (!isOfNoReader(error, isTerminal)) return false;
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
      if (block.length + waiting.length + line.length > maxWaiting) {
        lost += 1;
        return;
      }
      waiting += line;
      if (waiting.length >= blockCharacters) flushSoon();
    },
    flushSync() {
      const since = performance.now();
      let before = written;
      let takenAt = since;
      while (!flush()) {
        const now = performance.now();
        if (written > before) [before, takenAt] = [written, now];
        if (now - takenAt >= lastPatienceMs || now - since >= lastWaitMs) return;
        Atomics.wait(neverWoken, 0, 0, againMs);
      }
    },
  };
}

const empty = Buffer.alloc(0);
const neverWoken = new Int32Array(new SharedArrayBuffer(4));

function lossLine(lost: number): string {
  return `${JSON.stringify({ level: 'warn', lost, msg: 'log lines were lost: they could not be written in time' })}\n`;
}

/**
 * Returns whether nothing can ever be written again: the reader of a pipe or a socket, or the terminal, is gone, or the
 * file is closed. A disk may recover from the error of a terminal that is gone.
 */
function isOfNoReader(error: unknown, isTerminal: boolean): boolean {
  const code = systemErrorCode(error);
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'EBADF' || (code === 'EIO' && isTerminal);
}
