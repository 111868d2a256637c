import { rememberLatest } from '../../core/memories/remember-latest.ts';

/** Remembers which one-time warnings each key has received. */
export interface WarnedKeys {
  /** Returns whether the key receives this warning for the first time; it counts as received from then on. */
  isNew(keyId: string, warning: string): boolean;
}

const maxWarned = 10_000;

export function warnedKeys(): WarnedKeys {
  const received = new Map<string, true>();
  return {
    isNew(keyId, warning) {
      const warned = JSON.stringify([keyId, warning]);
      if (received.has(warned)) return false;
      rememberLatest(received, warned, true, maxWarned);
      return true;
    },
  };
}
