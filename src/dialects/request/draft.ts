import type { WireTarget } from '../../core/wire/dialect.ts';
import type { ModelRequest } from '../../core/wire/request.ts';

/** A request while it is being written or relayed. */
export type RequestDraft = {
  readonly request: ModelRequest;
  readonly target: WireTarget;
  /** Grows while it is written: one sentence for each thing that could not be translated. */
  readonly warnings: string[];
};

/** A draft whose maker's habits decide how it is written. `habits`: what the target's model accepts. */
export type Draft<Habits> = RequestDraft & { readonly habits: Habits };
