/** In the `metadata.user_id` of Claude Code: a field of JSON, or in older versions the end of a name. */
const sessionId = /(?:"session_id"\s*:\s*"([\w-]{1,64})"|_session_([\w-]{1,64})$)/;

/** Returns the session that a client names together with its user. */
export function sessionIn(userId: string | undefined): { session?: string } {
  const [, member, ending] = sessionId.exec(userId ?? '') ?? [];
  const session = member ?? ending;
  return session === undefined ? {} : { session };
}
