import { hash } from 'node:crypto';
import type { Call } from '../core/call.ts';
import type { Candidate, Deployment } from '../core/provider.ts';
import { makersProof, proofOf } from '../core/thought-proof.ts';
import { credentialKey } from './credential-key.ts';

/** Who alone knows what a later call may bring back: stored answers by their ids, and encrypted thoughts. */
export type Origins = {
  rememberReply(replyId: string, deployment: Deployment): void;
  /** A proof as a reply's parts carry it. */
  rememberThought(proof: string, candidate: Candidate): void;
  /** The credential that can serve what a call names; `undefined` where nothing is named, or nobody remembers. */
  of(call: Call): string | undefined;
  /**
   * Who can open the encrypted thoughts of a call, latest first; `undefined` where it has none, or nobody remembers
   * who made them.
   */
  thoughtsOf(call: Call): Thoughts | undefined;
};

/** The encrypted thoughts of one call whose makers are known. */
export type Thoughts = {
  /** Whether a candidate has made this proof, or can open what another has made. Who made it may be unknown: true. */
  opens(proof: string, candidate: Candidate): boolean;
  /** Whether it can open the thoughts that were thought last. */
  opensLatest(candidate: Candidate): boolean;
  opensAll(candidate: Candidate): boolean;
};

/** Where a proof was made. */
type Maker = {
  readonly credential: string;
  /**
   * Claude's own signatures hold wherever a Claude is sold: "signature values are compatible across platforms"
   * (docs.anthropic.com, Extended thinking). All other makers' are bound to the account.
   */
  readonly claudes: boolean;
};

const mostRemembered = 10_000;

/** In this process's memory; the oldest is forgotten first. */
export function origins(): Origins {
  const replies = new Map<string, string>();
  const proofs = new Map<string, Maker>();
  const makerOf = (proof: string) => proofs.get(keyOf(proof));
  return {
    rememberReply(replyId, deployment) {
      keep(replies, replyId, credentialKey(deployment));
    },
    rememberThought(proof, { model, deployment }) {
      const claudes = model.family === claude && makersProof(proof) === proof;
      keep(proofs, keyOf(proof), { credential: credentialKey(deployment), claudes });
    },
    of({ request }) {
      const previous = request.extras?.find(({ name }) => name === 'previous_response_id')?.value;
      return typeof previous === 'string' ? replies.get(previous) : undefined;
    },
    thoughtsOf({ request }) {
      const known = request.messages.flatMap(({ content }) =>
        content.flatMap((part) => makerOf(proofOf(part) ?? '') ?? []),
      );
      const latest = known.at(-1);
      if (latest === undefined) return undefined;
      return {
        opens: (proof, candidate) => opensFor(makerOf(proof), candidate),
        opensLatest: (candidate) => opensFor(latest, candidate),
        opensAll: (candidate) => known.every((maker) => opensFor(maker, candidate)),
      };
    },
  };
}

const claude = 'claude';

function opensFor(maker: Maker | undefined, { model, deployment }: Candidate): boolean {
  if (maker === undefined || maker.credential === credentialKey(deployment)) return true;
  return maker.claudes && model.family === claude;
}

function keyOf(proof: string): string {
  return hash('sha1', makersProof(proof), 'base64');
}

function keep<T>(known: Map<string, T>, key: string, value: T): void {
  const [oldest] = known.size >= mostRemembered ? known.keys() : [];
  if (oldest !== undefined) known.delete(oldest);
  known.set(key, value);
}
