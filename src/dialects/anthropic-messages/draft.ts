import type { WireTarget } from '../../core/dialect.ts';
import type { ModelRequest } from '../../core/request.ts';
import type { ClaudeHabits } from '../claude-habits.ts';

/** A provider's request while it is written. */
export type Draft = {
  readonly request: ModelRequest;
  readonly target: WireTarget;
  readonly habits: ClaudeHabits;
  readonly warnings: string[];
};
