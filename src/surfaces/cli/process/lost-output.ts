import { getSystemErrorMessage } from 'node:util';
import { systemErrorCode } from '../../../core/system/system-error-code.ts';

/**
 * Keeps a command running if its output cannot be written: an open call must be booked first, so the command ends by
 * itself. A reader that leaves (`conclave models | head`) is not a failure; a full disk is one.
 */
export function outliveLostOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (systemErrorCode(error) === 'EPIPE') return;
    const why = error.errno === undefined ? error.message : getSystemErrorMessage(error.errno);
    process.stderr.write(`conclave: Standard output cannot be written: ${why}.\n`);
    process.exitCode = 1;
  });
  // There is no place left to say that this one cannot be written.
  process.stderr.on('error', () => undefined);
}
