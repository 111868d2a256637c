import type { Bench } from '../../core/stores/bench.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Deployment } from '../../core/provider.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';
import type { Ms } from '../../core/units.ts';
import { credentialKey } from '../../core/credential-key.ts';

/**
 * Who is benched for so long that other processes are told: credentials that a provider refuses or that have no money left,
 * and single deployments. Found here, or heard of.
 */
export type Benches = {
  /** Nobody is. */
  isEmpty(): boolean;
  /** When the bench of a deployment ends, its own or its credential's; 0 where it is on none. */
  until(deployment: Deployment): Ms;
  add(bench: Bench): void;
  /**
   * A call that was sent at `sentAt` is answered: what was said before that is over. Returns the end of the bench, if there
   * was one; the credential's, if both were benched.
   */
  lift(deployment: Deployment, answered: { readonly sentAt: Ms; readonly at: Ms }): Bench | undefined;
  /** The end of a bench that another process has found; it says nothing about a later bench. */
  end(ended: Pick<Bench, 'account' | 'deployment' | 'benchedAt'>): void;
  /** Takes back a credential's. */
  remove(account: string): void;
  clear(): void;
  hasCredential(account: string): boolean;
  credentials(): Bench[];
};

/** Model names that pass through come from outside: what is remembered of them stays bounded. */
const mostBenches = 10_000;

export function benches(): Benches {
  const credentials = new Map<string, Bench>();
  /** Those of single deployments, by account and deployment. */
  const places = new Map<string, Bench>();
  function endBefore(benched: Map<string, Bench>, key: string, at: Ms): boolean {
    const known = benched.get(key);
    return known !== undefined && known.benchedAt < at && benched.delete(key);
  }
  return {
    isEmpty: () => credentials.size === 0 && places.size === 0,
    until(deployment) {
      const account = credentialKey(deployment);
      const credential = credentials.get(account)?.benchedUntil ?? 0;
      return Math.max(credential, places.get(placeOf(account, deployment.id))?.benchedUntil ?? 0);
    },
    add(bench) {
      const { account, deployment } = bench;
      if (deployment === undefined) rememberLatest(credentials, account, bench, mostBenches);
      else rememberLatest(places, placeOf(account, deployment), bench, mostBenches);
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
    remove: (account) => void credentials.delete(account),
    clear() {
      credentials.clear();
      places.clear();
    },
    hasCredential: (account) => credentials.has(account),
    credentials: () => [...credentials.values()],
  };
}

/** The bench of a deployment's whole credential. */
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
