import { write, writeSync } from 'node:fs';
import type { Ms } from '../core/units.ts';
import type { LogLines } from './json-log.ts';

/** A line waits for company this long at most, so that a busy gateway writes in blocks. */
const flushEveryMs: Ms = 200;
const blockCharacters = 8 * 1024;

/** What waits for a reader that is slow; what comes on top of it is lost, and is said to be. */
const mostWaiting = 8 * 1024 * 1024;

/** How long the end of the process waits for such a reader. */
const lastPatienceMs: Ms = 1_000;

export type FileLines = LogLines & {
  /** Writes what waits before it returns, as far as there is somebody who reads it. For the end of the process. */
  flushSync(): void;
};

/**
 * Lines to an open file descriptor in blocks, without ever holding up the event loop. A reader that is gone (`serve 2>&1 |
 * tee` and Ctrl-C) loses the lines and disturbs nothing else. pino's own destination would retry for ever at the end of the
 * process, whatever the error.
 */
export function linesToFile(fd: number): FileLines {
  let waiting = '';
  let lost = 0;
  let block: Buffer | undefined;
  let isGone = false;

  function flush(): void {
    if (block || waiting === '' || isGone) return;
    block = takeWaiting();
    writeBlock();
  }

  function takeWaiting(): Buffer {
    const losses = lost === 0 ? '' : lossLine(lost);
    lost = 0;
    const taken = Buffer.from(waiting + losses);
    waiting = '';
    return taken;
  }

  function writeBlock(): void {
    if (!block) return;
    write(fd, block, (error, written) => {
      if (error && !isBusy(error)) return giveUp();
      if (error) {
        setTimeout(writeBlock, flushEveryMs).unref();
        return;
      }
      block = block?.subarray(written);
      if (block && block.length > 0) return writeBlock();
      block = undefined;
      if (waiting.length >= blockCharacters) flush();
    });
  }

  function giveUp(): void {
    isGone = true;
    block = undefined;
    waiting = '';
  }

  setInterval(flush, flushEveryMs).unref();
  return {
    write(line) {
      if (isGone) return;
      if (waiting.length + line.length > mostWaiting) {
        lost += 1;
        return;
      }
      waiting += line;
      if (waiting.length >= blockCharacters) flush();
    },
    flushSync() {
      if (isGone) return;
      // What is being written already goes on in another thread, and would come twice.
      const rest = takeWaiting();
      const until = performance.now() + lastPatienceMs;
      for (let at = 0; at < rest.length;) {
        try {
          at += writeSync(fd, rest, at);
        } catch (error) {
          if (!isBusy(error) || performance.now() > until) return giveUp();
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
        }
      }
    },
  };
}

function lossLine(lost: number): string {
  return `${JSON.stringify({ level: 'warn', lost, msg: 'log lines were lost: nobody read them in time' })}\n`;
}

/** A pipe that does not block, and is full. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY');
}
