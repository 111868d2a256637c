import { rememberLatest } from '../../core/memories/remember-latest.ts';

/** Remembers which one-time warnings each key has received. */
export interface WarnedKeys {
  /** Returns whether the key receives this warning for the first time; it counts as received from then on. */
  isNew(keyId: string, warning: string): boolean;
}

const maxSaid = 10_000;

export function warnedKeys(): WarnedKeys {
  const told = new Map<string, true>();
  return {
    isNew(keyId, warning) {
      const saying = JSON.stringify([keyId, warning]);
      if (told.has(saying)) return false;
      rememberLatest(told, saying, true, maxSaid);
      return true;
    },
  };
}
