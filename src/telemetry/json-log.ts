import { pino } from 'pino';
import type { Log, LogLevel } from '../core/log.ts';
import { linesToFile } from './lines-to-file.ts';
import { maskSecrets } from './mask-secrets.ts';

export type LogLines = { write(line: string): void };

/**
 * One JSON object a line on standard error, in blocks. Errors keep their stack and causes; whatever looks like a key is
 * masked in the finished line, so that no way into it has to be thought of.
 */
export function jsonLog(level: LogLevel, lines: LogLines = standardError()): Log {
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: isoTime(),
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.errWithCause },
      hooks: { streamWrite: maskSecrets },
    },
    lines,
  );
  return {
    error: (fields, message) => logger.error(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    info: (fields, message) => logger.info(fields, message),
    debug: (fields, message) => logger.debug(fields, message),
    // Only our own levels are ever set, and pino knows all of them.
    get level() {
      return logger.level as LogLevel;
    },
    set level(next) {
      logger.level = next;
    },
  };
}

function standardError(): LogLines {
  // Asked for, it makes its pipe one that does not block.
  const lines = linesToFile(process.stderr.fd);
  process.once('exit', () => lines.flushSync());
  return lines;
}

/** Pino's member for the time of a line. A busy gateway writes several lines in a millisecond, which is spelt once. */
function isoTime(): () => string {
  let spelt = Number.NaN;
  let member = '';
  return () => {
    const now = Date.now();
    if (now !== spelt) {
      spelt = now;
      member = `,"time":"${new Date(now).toISOString()}"`;
    }
    return member;
  };
}
