import { randomBytes } from 'node:crypto';
import { throwIfAborted } from '../../core/streams/abort-error.ts';
import type { CallLimits } from '../../core/call.ts';
import { asConclaveError, ConclaveError } from '../../core/errors.ts';
import { defined } from '../../core/json/defined.ts';
import { hasTag } from '../../core/names/has-tag.ts';
import type { ProviderPreferences } from '../../core/routing/preferences/provider-preferences.ts';
import type { NanoUsd } from '../../core/units.ts';
import { meterCalls, type CallMeter, type MeterReading } from '../offer/call-meter.ts';
import { errorLine } from '../panels/run-panel.ts';
import type { ToolCaller } from '../offer/tool-context.ts';
import type { ToolContext } from '../offer/tool.ts';
import { checkClaims } from './check-claims.ts';
import { shownVerification, verificationText, type ShownVerification } from './verification-answer.ts';

/** How strictly an answer must be verified: a wanted verification may fail with a warning, a required one may not. */
export type VerificationNeed = 'none' | 'wanted' | 'required';

/** What is known about verification before a plain call is made. */
export type VerifiableCall = Pick<ToolCaller, 'principal' | 'surface' | 'signal'> & {
  /** Who may see the call's data. */
  readonly bounds: () => ProviderPreferences | undefined;
  /** The caller requested it. */
  readonly wanted: boolean;
  /** The tags of the call; those of its key apply as well. */
  readonly tags: readonly string[];
  /** The client streams the answer. */
  readonly streamed: boolean;
  /** The number of alternative answers that the client requested. Default: 1. */
  readonly choices?: number;
};

/** An answer of a plain call, to be checked by another family than its author's. */
export type AnswerToVerify = Pick<
  ToolCaller,
  'principal' | 'surface' | 'signal' | 'traceId' | 'tags' | 'providerPreferences'
> & {
  readonly answer: string;
  /** The id of the call that gave it. */
  readonly requestId: string;
  /** What that call cost, if it is known. */
  readonly cost?: NanoUsd;
  /** The id of the model that wrote it. */
  readonly model: string;
  readonly need: Exclude<VerificationNeed, 'none'>;
  /** The limits of the answer's call; the ceiling covers the call and its verification together. */
  readonly limits?: Pick<CallLimits, 'maxCostUsd' | 'maxLatencyMs'>;
};

/** The result, as data and as text, or why the verification failed; and what its calls have cost in either case. */
export type VerifiedAnswer = { readonly spent: MeterReading } & (
  | { readonly verification: ShownVerification; readonly text: string }
  | { readonly warning: string }
);

/** Verifies answers of plain calls, which have no tool around them. */
export type AnswerVerifier = {
  /**
   * Returns whether a call's answer must be verified.
   * @throws ConclaveError `unsupported` for what cannot be verified, `no_candidate` if verification is required but
   * impossible: both before anything is asked.
   */
  needOf(call: VerifiableCall): VerificationNeed;
  /**
   * Verifies an answer.
   * @throws ConclaveError if verification was required and failed.
   */
  verify(answer: AnswerToVerify): Promise<VerifiedAnswer>;
};

export function answerVerifier(contextOf: (caller: ToolCaller) => ToolContext): AnswerVerifier {
  const nowhere = { roots: { folders: [] }, progress: () => undefined };
  return {
    needOf({ wanted, tags, streamed, choices = 1, bounds, ...caller }) {
      const required = requiresVerification(tags, caller.principal.tags);
      if (!wanted && !required) return 'none';
      refuseUnverifiable(streamed, choices);
      if (required) {
        refuseWithoutOthers(
          contextOf(defined({ ...caller, tags, providerPreferences: bounds(), ...nowhere })),
        );
      }
      return required ? 'required' : 'wanted';
    },
    async verify({ need, ...answer }) {
      const metered = meterCalls(contextOf({ ...answer, ...nowhere }));
      try {
        return await verified(metered, { ...answer, need });
      } catch (thrown) {
        throwIfAborted(answer.signal);
        if (need === 'required') throw thrown;
        return { warning: couldNotBe(thrown), spent: metered.read() };
      }
    },
  };
}

/** The warning for an answer whose verification failed. */
export function couldNotBe(thrown: unknown): string {
  return `The answer could not be verified: ${errorLine(asConclaveError(thrown))}`;
}

/** Whether a key's or a call's tags require verification, whatever their spacing. */
export function requiresVerification(...tags: readonly (readonly string[] | undefined)[]): boolean {
  return tags.some((list) => list !== undefined && hasTag(list, 'stakes:high'));
}

/**
 * Checks that a required verification is possible.
 * @throws ConclaveError `no_candidate` before the first call if only one family is configured.
 */
export function refuseWithoutOthers({ picker }: Pick<ToolContext, 'picker'>): void {
  if (picker.ofDifferentFamilies('workhorse', 2).length > 1) return;
  throw new ConclaveError(
    'no_candidate',
    'The tag stakes:high requires verification by another model family, and only one family is configured; add a provider of another.',
  );
}

/** The families of all models that may be asked here. */
export function availableFamilies({ picker }: Pick<ToolContext, 'picker'>): readonly string[] {
  return [...new Set(picker.strongestFirst().map(({ family }) => family))];
}

/**
 * Returns the families of models.
 * @throws ConclaveError `no_candidate` if one is unknown: the checker could be of the same family.
 */
export function familiesOf(
  models: readonly string[],
  { catalogue }: Pick<ToolContext, 'catalogue'>,
): string[] {
  const families = models.map((id) => {
    const family = catalogue.get(id)?.family;
    if (family !== undefined) return family;
    throw new ConclaveError(
      'no_candidate',
      `The family of ${id} is unknown, so no model is known to be of another family.`,
    );
  });
  return [...new Set(families)];
}

function refuseUnverifiable(streamed: boolean, choices: number): void {
  if (streamed) {
    throw new ConclaveError(
      'unsupported',
      'Only a complete answer can be verified, and this request asks for a stream; turn off streaming, or leave out verification and the tag stakes:high.',
      { param: 'stream' },
    );
  }
  if (choices > 1) {
    throw new ConclaveError('unsupported', `Only one answer can be verified, not ${choices}; send n: 1.`, {
      param: 'n',
    });
  }
}

async function verified(
  { context, read }: CallMeter,
  { answer, requestId, cost, model, need, limits = {} }: AnswerToVerify,
): Promise<VerifiedAnswer> {
  // An answer that only calls tools makes no claims.
  if (answer.trim() === '') return shown({ claims: [], checker: '', warnings: [] }, [model], read());
  const verification = await checkClaims(context, {
    answeredBy: { requestId, cost },
    claims: [],
    answer,
    material: [],
    images: [],
    nonce: randomBytes(8).toString('hex'),
    otherFamilyThan: familiesOf([model], context),
    model: 'auto',
    tier: need === 'required' ? 'frontier' : 'workhorse',
    ask: { max_latency_ms: limits.maxLatencyMs, max_cost_usd: limits.maxCostUsd },
  });
  return shown(verification, [model], { ...read(), requestId: verification.requestId });
}

function shown(...what: Parameters<typeof shownVerification>): VerifiedAnswer {
  const [verification, authors, spent] = what;
  return { verification: shownVerification(...what), text: verificationText(verification, authors), spent };
}
