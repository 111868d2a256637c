const secretName =
  '(?:authorization|cookie|api[-_]?key|secret(?:[-_]?access[-_]?key)?|session[-_]?token|password)';

/**
 * What secrets look like: bearer headers, the usual key prefixes of providers and our own, AWS key ids, and members
 * whose name marks them as secret, in JSON or as `name=value`. What identifies a secret without being part of it is
 * kept.
 */
function secretsWith(quoted: readonly string[]): RegExp {
  return new RegExp(
    [
      String.raw`\b(?<kept>bearer\s+)[\w.~+/=-]{8,}`,
      String.raw`\b(?:sk|pk|rk|ck|xai|gsk|hf|ghp|AIza)[-_]?[A-Za-z0-9_-]{16,}`,
      String.raw`\bA[KS]IA[A-Z0-9]{16}\b`,
      ...quoted,
      String.raw`(?<kept>${secretName}=(?:(?:bearer|basic)\s+)?)[^\s"\\&]+`,
    ].join('|'),
    'gi',
  );
}

/**
 * In a line of JSON. A quotation mark before one of some characters is the end of a JSON string. Characters are taken in
 * runs: one at a time, a secret of megabytes exceeds the stack.
 */
const inJson = secretsWith([
  // In JSON, and in quotation marks, where some languages double those inside.
  String.raw`(?<kept>${secretName}(?:"\s*:\s*|=(?!"[,:}\]]))")(?:[^"\\]+|\\.|"")+`,
  // The same inside a JSON string.
  String.raw`(?<kept>${secretName}(?:\\"\s*:\s*|=)\\")(?:[^"\\]+|\\{2}(?:\\.)?|\\[^"\\]|\\"\\")+`,
  String.raw`(?<kept>${secretName}=')(?:[^'"\\]+|\\{2}'|\\.|'')+`,
]);

/** In text, where only the mark that opens a secret closes it. */
const inText = secretsWith([
  String.raw`(?<kept>${secretName}(?:"\s*:\s*|=)")(?:[^"\\]+|\\.|"")+`,
  String.raw`(?<kept>${secretName}(?:\\"\s*:\s*|=)\\")(?:[^"\\]+|\\{2}(?:\\.)?|\\[^"\\]|\\"\\")+`,
  String.raw`(?<kept>${secretName}=')(?:[^'\\]+|\\.|'')+`,
]);

/**
 * The password of a URL. Where the `@` is missing, the match still takes all the text that was searched for it: to
 * search that text again after each `://` would take time with the square of its length.
 */
const password = /(:\/\/[^\s:/@"]*:)[^\s@"]+(@?)/g;

const endsAsSecret = new RegExp(`${secretName}$`, 'i');

/** Whether a field of this name holds a secret, whatever its value looks like. */
export function isSecretName(name: string): boolean {
  return endsAsSecret.test(name);
}

/** Masks everything in a text that looks like a key or a password. */
export function maskSecrets(text: string): string {
  return masked(text, inText);
}

/** Does the same in a line of JSON, which stays JSON. */
export function maskSecretsInJson(line: string): string {
  return masked(line, inJson);
}

function masked(text: string, secrets: RegExp): string {
  return text
    .replace(password, (all, before: string, at: string) => (at === '' ? all : `${before}[redacted]@`))
    .replace(secrets, '$<kept>[redacted]');
}
