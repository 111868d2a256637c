/**
 * What secrets look like: bearer headers, the usual key prefixes of providers and our own, AWS key ids, the password of
 * a URL, and members whose name marks them as secret.
 */
const secrets =
  /\b(bearer\s+)[\w.~+/=-]{8,}|\b(?:sk|pk|rk|ck|xai|gsk|hf|ghp|AIza)[-_]?[A-Za-z0-9_-]{16,}|\bAKIA[A-Z0-9]{16}\b|(:\/\/[^\s:/@"]*:)[^\s@"]+(?=@)|((?:authorization|cookie|api[-_]?key|secret(?:[-_]?access[-_]?key)?|session[-_]?token|password)\\?"\s*:\s*\\?")[^"\\]+/gi;

/** Masks everything in a text that looks like a key or a password. */
export function maskSecrets(text: string): string {
  return text.replace(
    secrets,
    (_, bearer?: string, url?: string, member?: string) => `${bearer ?? url ?? member ?? ''}[redacted]`,
  );
}
