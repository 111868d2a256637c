import type { Bench } from '../../core/stores/bench.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Deployment } from '../../core/provider.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';
import type { Ms } from '../../core/units.ts';
import { credentialKey } from '../../core/credential-key.ts';

/**
 * Benches long enough to be shared with other processes: of credentials that a provider refuses or that have no money
 * left, and of single deployments. Found by this process or by another one.
 */
export type Benches = {
  /** Nothing is benched. */
  isEmpty(): boolean;
  /** When the bench of a deployment ends, its own or its credential's; 0 if there is none. */
  until(deployment: Deployment): Ms;
  add(bench: Bench): void;
  /**
   * Ends benches after an answer to a call that was sent at `sentAt`: refusals before that time are outdated. Returns
   * the end of the bench, if there was one; the credential's, if both were benched.
   */
  lift(deployment: Deployment, answered: { readonly sentAt: Ms; readonly at: Ms }): Bench | undefined;
  /** Ends a bench as another process has reported; a later bench is not affected. */
  end(ended: Pick<Bench, 'account' | 'deployment' | 'benchedAt'>): void;
  /** Removes a deployment's own bench and exempts it from its credential's, unless that is refused again after `at`. */
  exempt(deployment: Deployment, at: Ms): void;
  /** Removes the bench of a credential, given as by `credentialKey`. */
  removeCredential(account: string): void;
  clear(): void;
  credentials(): Bench[];
};

/** Passed-through model names come from outside, so the number of entries is bounded. */
const maxBenches = 10_000;

export function benches(): Benches {
  const credentials = new Map<string, Bench>();
  /** Benches of single deployments, by account and deployment. */
  const places = new Map<string, Bench>();
  /** When a deployment was exempted from its credential's bench, by account and deployment. */
  const exempted = new Map<string, Ms>();
  function endBefore(benched: Map<string, Bench>, key: string, at: Ms): boolean {
    const known = benched.get(key);
    return known !== undefined && known.benchedAt < at && benched.delete(key);
  }
  return {
    isEmpty: () => credentials.size === 0 && places.size === 0,
    until(deployment) {
      const account = credentialKey(deployment);
      const place = placeOf(account, deployment.id);
      const own = places.get(place)?.benchedUntil ?? 0;
      const credential = credentials.get(account);
      if (!credential || credential.benchedAt <= (exempted.get(place) ?? -Infinity)) return own;
      return Math.max(own, credential.benchedUntil);
    },
    add(bench) {
      const { account, deployment } = bench;
      if (deployment === undefined) rememberLatest(credentials, account, bench, maxBenches);
      else rememberLatest(places, placeOf(account, deployment), bench, maxBenches);
    },
    lift(deployment, { sentAt, at }) {
      const account = credentialKey(deployment);
      const ended: Bench = {
        ...benchOf(deployment, { code: 'provider_error', at, forMs: 0 }),
        benchedAt: sentAt,
        benchedUntil: 0,
      };
      const wasOwn = endBefore(places, placeOf(account, deployment.id), sentAt);
      if (endBefore(credentials, account, sentAt)) return ended;
      return wasOwn ? { ...ended, deployment: deployment.id } : undefined;
    },
    end({ account, deployment, benchedAt }) {
      if (deployment === undefined) endBefore(credentials, account, benchedAt);
      else endBefore(places, placeOf(account, deployment), benchedAt);
    },
    exempt(deployment, at) {
      const place = placeOf(credentialKey(deployment), deployment.id);
      places.delete(place);
      rememberLatest(exempted, place, at, maxBenches);
    },
    removeCredential: (account) => void credentials.delete(account),
    clear() {
      credentials.clear();
      places.clear();
      exempted.clear();
    },
    credentials: () => [...credentials.values()],
  };
}

/** Builds the bench of a deployment's whole credential. */
export function benchOf(
  deployment: Deployment,
  { code, at, forMs }: { readonly code: ErrorCode; readonly at: Ms; readonly forMs: Ms },
): Bench {
  return {
    account: credentialKey(deployment),
    provider: deployment.provider.id,
    credential: deployment.credential?.label ?? deployment.aws?.accessKeyId ?? 'no key',
    code,
    benchedAt: at,
    benchedUntil: at + forMs,
    saidAt: at,
  };
}

function placeOf(account: string, deployment: string): string {
  return `${account} ${deployment}`;
}
