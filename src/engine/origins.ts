import type { Call } from '../core/call.ts';
import type { Deployment } from '../core/provider.ts';
import { credentialKey } from './credential-key.ts';

/** Whose account keeps what a later call may name: stored answers, by their ids. */
export type Origins = {
  remember(replyId: string, deployment: Deployment): void;
  /** The credential that can serve what a call names; `undefined` where nothing is named, or nobody remembers. */
  of(call: Call): string | undefined;
};

const mostRemembered = 10_000;

/** In this process's memory; the oldest is forgotten first. */
export function origins(): Origins {
  const known = new Map<string, string>();
  return {
    remember(replyId, deployment) {
      const [oldest] = known.size >= mostRemembered ? known.keys() : [];
      if (oldest !== undefined) known.delete(oldest);
      known.set(replyId, credentialKey(deployment));
    },
    of({ request }) {
      const previous = request.extras?.find(({ name }) => name === 'previous_response_id')?.value;
      return typeof previous === 'string' ? known.get(previous) : undefined;
    },
  };
}
