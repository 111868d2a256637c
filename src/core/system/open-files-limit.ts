import { systemErrorCode } from './system-error-code.ts';

/** Returns which limit a system error has run into, and how to raise it; `undefined` for every other error. */
export function openFilesLimit(error: unknown): string | undefined {
  switch (systemErrorCode(error)) {
    case 'EMFILE':
      return 'this process has too many open files and connections (EMFILE); raise its limit (ulimit -n, or LimitNOFILE in systemd)';
    case 'ENFILE':
      return 'this machine has too many open files and connections (ENFILE); raise its limit (fs.file-max)';
    default:
      return undefined;
  }
}
