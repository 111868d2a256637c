import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { openFilesLimit } from '../../core/system/open-files-limit.ts';
import { systemErrorCode } from '../../core/system/system-error-code.ts';

/** What a lookup of a host name needs at most: the file of known hosts, and connections to name servers. */
const filesPerLookup = 4;

/** With these a lookup fails if it can open no file; it does not say why. */
const lookupFailures: ReadonlySet<string | undefined> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  'EAI_SYSTEM',
]);

/**
 * Returns which limit on open files made a connection fail, and how to raise it; `undefined` if it failed for another
 * reason. After a failed lookup of a host name, it tries whether files can be opened.
 */
export function lacksOpenFiles(failure: unknown): string | undefined {
  if (!lookupFailures.has(systemErrorCode(failure))) return openFilesLimit(failure);
  const opened: number[] = [];
  try {
    while (opened.length < filesPerLookup) opened.push(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    return openFilesLimit(error);
  } finally {
    for (const file of opened) closeSync(file);
  }
}
