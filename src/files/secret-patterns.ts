/** A kind of secret that secretlint's recommended rules do not find. The group `secret` is the part to hide. */
export type SecretPattern = {
  readonly kind: string;
  readonly pattern: RegExp;
  /** A second check of a match, if the pattern alone would also match plain code. */
  readonly isSecret?: (text: string) => boolean;
};

/** Every quantifier is bounded, because the text is untrusted and may be long. */
export const secretPatterns: readonly SecretPattern[] = [
  {
    kind: 'private key',
    // Without an end line the key was cut off, but its lines are still secret.
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[\s\S]){0,20000}(?:-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----)?/g,
  },
  { kind: 'google api key', pattern: /\bAIza[\w-]{35}/g },
  { kind: 'aws access key id', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g },
  { kind: 'hugging face token', pattern: /\bhf_[A-Za-z0-9]{30,60}\b/g },
  {
    kind: 'api key',
    pattern: /\b(?:sk|pk|rk)-(?:[a-z0-9]{1,12}-){0,3}[A-Za-z0-9_]{32,200}/g,
    isSecret: isRandom,
  },
  {
    kind: 'api key',
    pattern: /\b(?:xai|pplx|r8|fw|tgp|dop)[-_](?:v1[-_])?[A-Za-z0-9]{32,200}\b/g,
    isSecret: isRandom,
  },
  { kind: 'json web token', pattern: /\beyJ[\w-]{10,400}\.eyJ[\w-]{10,8000}\.[\w-]{20,2000}/g },
  {
    kind: 'bearer token',
    pattern: /\bbearer\s{1,4}(?<secret>[\w.~+/-]{24,4000}={0,2})/gi,
    isSecret: isRandom,
  },
  { kind: 'azure account key', pattern: /\bAccountKey=(?<secret>[A-Za-z0-9+/]{80,100}={0,2})/g },
  { kind: 'pypi token', pattern: /\bpypi-[\w-]{50,300}/g },
  {
    kind: 'assigned secret',
    pattern:
      /(?:api[_-]?key|secret|token|passw(?:or)?d|credential|private[_-]?key)[a-z_]{0,20}["']?\s{0,8}(?::|=>?|:=)\s{0,8}["'`](?<secret>[^\s"'`]{16,400})["'`]/gi,
    isSecret: isRandom,
  },
];

/** Letters and digits with at least 3.3 bits of entropy per character: not a word, a path or a placeholder. */
function isRandom(text: string): boolean {
  if (!/\d/.test(text) || !/[A-Za-z]/.test(text)) return false;
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const bits = [...counts.values()].reduce((sum, count) => sum - count * Math.log2(count / text.length), 0);
  return bits / text.length >= 3.3;
}
