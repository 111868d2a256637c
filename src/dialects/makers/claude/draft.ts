import type { WireTarget } from '../../../core/wire/dialect.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import type { ClaudeHabits } from './habits.ts';

/** A request to a Claude model, at any provider, while it is being written. */
export type Draft = {
  readonly request: ModelRequest;
  readonly target: WireTarget;
  readonly habits: ClaudeHabits;
  readonly warnings: string[];
};
