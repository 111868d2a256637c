import { pino } from 'pino';
import type { Log, LogLevel } from '../core/telemetry/log.ts';
import { linesToFile } from './lines-to-file.ts';
import { maskSecretsInJson } from './mask-secrets.ts';

export type LogLines = { write(line: string): void };

/**
 * Writes one JSON object per line to standard error, in blocks. Errors keep their stack and causes. Anything that looks
 * like a key is masked in the finished line, so that no field can be forgotten.
 */
export function jsonLog(level: LogLevel, lines: LogLines = standardError()): Log {
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: isoTime(),
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.errWithCause },
      hooks: { streamWrite: maskSecretsInJson },
    },
    lines,
  );
  return {
    error: (fields, message) => logger.error(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    info: (fields, message) => logger.info(fields, message),
    debug: (fields, message) => logger.debug(fields, message),
    // Only our own levels are ever set, and pino supports all of them.
    get level() {
      return logger.level as LogLevel;
    },
    set level(next) {
      logger.level = next;
    },
  };
}

function standardError(): LogLines {
  // Accessing `process.stderr` makes its pipe non-blocking.
  const lines = linesToFile(process.stderr.fd);
  process.once('exit', () => lines.flushSync());
  return lines;
}

/**
 * Returns pino's time field. A busy gateway writes several lines per millisecond, so the text is formatted once per
 * millisecond.
 */
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
