import { rememberLatest } from '../../core/memories/remember-latest.ts';

/** What keys have been told that is said once. */
export interface WarnedKeys {
  /** Whether this is said to the key for the first time; it counts as said from then on. */
  isNew(keyId: string, warning: string): boolean;
}

const mostSaid = 10_000;

export function warnedKeys(): WarnedKeys {
  const told = new Map<string, true>();
  return {
    isNew(keyId, warning) {
      const saying = JSON.stringify([keyId, warning]);
      if (told.has(saying)) return false;
      rememberLatest(told, saying, true, mostSaid);
      return true;
    },
  };
}
