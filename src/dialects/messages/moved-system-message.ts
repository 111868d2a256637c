/** The warning for callers whose model accepts system messages only at the start. */
export const movedSystemMessage =
  'A system message in mid-conversation was moved to the system prompt; each new one makes the provider read the whole conversation again instead of its cached part.';
