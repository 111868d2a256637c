import type { Draft } from '../../request/draft.ts';
import type { ClaudeHabits } from './habits.ts';

/** A request to a Claude model, at any provider, while it is being written. */
export type ClaudeDraft = Draft<ClaudeHabits>;
