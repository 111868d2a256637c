import type { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { Settlement } from '../../core/stores/ledger.ts';
import type { Ms } from '../../core/units.ts';
import type { CollectedReply } from '../../core/wire/collected-reply.ts';
import type { DialectId } from '../../core/wire/content.ts';
import type { FinishPart, StreamPart } from '../../core/wire/stream-part.ts';

/** How a call ended, as known at its last moment. */
export type Ending = {
  readonly state: Settlement['state'];
  readonly answeredBy?: AnsweringAttempt;
  readonly finish?: FinishPart;
  readonly error?: ConclaveError;
  /** Present if something after the call needs the whole answer. */
  readonly answer?: GivenAnswer;
};

/** The attempt that gave the answer, as far as the row reports it. */
export type AnsweringAttempt = {
  readonly candidate: { readonly model: Pick<Model, 'id'> };
  readonly meter: {
    readonly dialect: DialectId;
    readonly startedAt: Ms;
    readonly firstByteMs: Ms | undefined;
    /** Another model than the candidate's if the provider was allowed to choose. */
    answeredBy(): Pick<Model, 'id' | 'provider' | 'tier'>;
  };
};

export type GivenAnswer = {
  readonly parts: readonly StreamPart[];
  readonly reply: CollectedReply;
};
