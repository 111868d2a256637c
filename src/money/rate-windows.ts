import { MinuteWindow } from '../core/minute-window.ts';
import type { Ms, Tokens } from '../core/units.ts';

/** What a key may use in any sixty seconds; absent: as much as it likes. */
type RateLimits = { readonly rpm?: number; readonly tpm?: number };

type RateVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly limit: 'rpm' | 'tpm';
      /** Absent: never, because this request alone is above the limit. */
      readonly retryAfterMs?: Ms;
    };

/** Counts calls against the limits of their keys. A refused call is not counted. */
export interface RateWindows {
  admit(
    keyId: string,
    use: { readonly limits: RateLimits; readonly tokens: Tokens; readonly now: Ms },
  ): RateVerdict;
}

/** Idle keys are forgotten once more than this many are counted. */
const manyKeys = 1_000;

type Window = { readonly requests: MinuteWindow; readonly tokens: MinuteWindow };

/** Windows in this process's memory. */
export function rateWindowsInMemory(): RateWindows {
  const windows = new Map<string, Window>();

  function windowOf(keyId: string, now: Ms): Window {
    const known = windows.get(keyId);
    if (known) return known;
    if (windows.size >= manyKeys) forgetIdle(windows, now);
    const made = { requests: new MinuteWindow(), tokens: new MinuteWindow() };
    windows.set(keyId, made);
    return made;
  }

  return {
    admit(keyId, { limits: { rpm = Infinity, tpm = Infinity }, tokens, now }) {
      if (rpm === Infinity && tpm === Infinity) return { ok: true };
      const window = windowOf(keyId, now);
      const forRequest = window.requests.waitFor(1, rpm, now);
      const forTokens = window.tokens.waitFor(tokens, tpm, now);
      const wait = Math.max(forRequest, forTokens);
      if (wait > 0) {
        const limit = forTokens > forRequest ? 'tpm' : 'rpm';
        return { ok: false, limit, ...(wait < Infinity && { retryAfterMs: wait }) };
      }
      window.requests.add(1, now);
      window.tokens.add(tokens, now);
      return { ok: true };
    },
  };
}

function forgetIdle(windows: Map<string, Window>, now: Ms): void {
  for (const [keyId, { requests }] of windows) if (requests.idle(now)) windows.delete(keyId);
}
