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
  /** Who answers is not benched any more. Returns the end of the bench, where there was one. */
  lift(deployment: Deployment, at: Ms): Bench | undefined;
  /** Takes back what was said of a bench. */
  remove(bench: Pick<Bench, 'account' | 'deployment'>): void;
  clear(): void;
  hasCredential(account: string): boolean;
  credentials(): Bench[];
};

/** Model names that pass through come from outside: what is remembered of them stays bounded. */
const mostBenches = 10_000;

export function benches(): Benches {
  const credentials = new Map<string, Bench>();
  /** When those of single deployments end, by account and deployment. */
  const ends = new Map<string, Ms>();
  return {
    isEmpty: () => credentials.size === 0 && ends.size === 0,
    until(deployment) {
      const account = credentialKey(deployment);
      const credential = credentials.get(account)?.benchedUntil ?? 0;
      return Math.max(credential, ends.get(placeOf(account, deployment.id)) ?? 0);
    },
    add(bench) {
      const { account, deployment, benchedUntil } = bench;
      if (deployment === undefined) rememberLatest(credentials, account, bench, mostBenches);
      else rememberLatest(ends, placeOf(account, deployment), benchedUntil, mostBenches);
    },
    lift(deployment, at) {
      const account = credentialKey(deployment);
      const ended = { ...benchOf(deployment, { code: 'provider_error', at, forMs: 0 }), benchedUntil: 0 };
      const wasOwn = ends.delete(placeOf(account, deployment.id));
      if (credentials.delete(account)) return ended;
      return wasOwn ? { ...ended, deployment: deployment.id } : undefined;
    },
    remove({ account, deployment }) {
      if (deployment === undefined) credentials.delete(account);
      else ends.delete(placeOf(account, deployment));
    },
    clear() {
      credentials.clear();
      ends.clear();
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
