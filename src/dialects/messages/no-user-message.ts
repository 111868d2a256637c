/** The warning for callers whose conversation consists of system messages. */
export const noUserMessage = 'The conversation had no user message; its last system message was sent as one.';
