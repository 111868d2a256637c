import type { ConclaveError } from '../../../core/errors.ts';
import type { Ms } from '../../../core/units.ts';

/** What a provider refuses: everything that a credential asks for, or calls to one deployment; and for how long. */
export type Refusal = { readonly of: 'credential' | 'deployment'; readonly forMs: Ms };

/**
 * A refused key, an empty account or a daily quota does not recover by itself; access to a forbidden model may be
 * granted.
 */
const benchMs = { credential: 300_000, quota: 300_000, forbidden: 60_000, rateLimited: 5_000 };

/** Reads an error as a refusal; `undefined` for a failure that may be over with the next call. */
export function refusalOf({ code, details, hint }: ConclaveError): Refusal | undefined {
  switch (code) {
    case 'provider_auth':
      return { of: 'credential', forMs: benchMs.credential };
    case 'provider_quota':
      return { of: hint === 'model-quota' ? 'deployment' : 'credential', forMs: benchMs.quota };
    case 'provider_forbidden':
      return { of: 'deployment', forMs: benchMs.forbidden };
    case 'provider_rate_limited':
      return { of: 'deployment', forMs: details.retryAfterMs ?? benchMs.rateLimited };
    default:
      return undefined;
  }
}
