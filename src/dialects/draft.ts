import type { WireTarget } from '../core/wire/dialect.ts';
import type { ModelRequest } from '../core/wire/request.ts';

/** A request while it is being written. `habits`: what the target's model accepts. */
export type Draft<Habits> = {
  readonly request: ModelRequest;
  readonly target: WireTarget;
  readonly habits: Habits;
  readonly warnings: string[];
};
