const secretName =
  '(?:authorization|cookie|api[-_]?key|secret(?:[-_]?access[-_]?key)?|session[-_]?token|password)';

/** A secret in quotation marks: what comes before it, and the pieces of which it consists. */
type Quoted = { readonly opening: string; readonly piece: string };

type Secrets = {
  /** Matches a whole secret, or what comes before a quoted one. */
  readonly beginning: RegExp;
  /** Matches many pieces of the quoted secret whose opening is the group `quoted0`, `quoted1` and so on. */
  readonly pieces: readonly RegExp[];
};

/**
 * What secrets look like: bearer headers, the usual key prefixes of providers and our own, AWS key ids, and members
 * whose name marks them as secret, in JSON or as `name=value`. What identifies a secret without being part of it is
 * kept.
 */
function secretsWith(quoted: readonly Quoted[]): Secrets {
  const beginning = [
    String.raw`\b(?<kept>bearer\s+)[\w.~+/=-]{8}[\w.~+/=-]*`,
    String.raw`\b(?:sk|pk|rk|ck|xai|gsk|hf|ghp|AIza)[-_]?[A-Za-z0-9_-]{16}[A-Za-z0-9_-]*`,
    String.raw`\bA[KS]IA[A-Z0-9]{16}\b`,
    ...quoted.map(({ opening, piece }, at) => `(?<kept>(?<quoted${at}>${secretName}${opening}))(?=${piece})`),
    String.raw`(?<kept>${secretName}=(?:(?:bearer|basic)\s+)?)[^\s"\\&]+`,
  ];
  return {
    beginning: new RegExp(beginning.join('|'), 'gi'),
    // Each repetition of a choice, as of `{8,}`, takes room on the stack, which a secret of megabytes would exceed.
    pieces: quoted.map(({ piece }) => new RegExp(`(?:${piece}){1,1000}`, 'y')),
  };
}

const inNestedJson: Quoted = {
  opening: String.raw`(?:\\"\s*:\s*|=)\\"`,
  piece: String.raw`(?:[^"\\]+|\\{2}(?:\\.)?|\\[^"\\]|\\"\\")`,
};

/** In a line of JSON. A quotation mark before one of some characters is the end of a JSON string. */
const inJson = secretsWith([
  // In JSON, and in quotation marks, where some languages double those inside.
  { opening: String.raw`(?:"\s*:\s*|=(?!"[,:}\]]))"`, piece: String.raw`(?:[^"\\]+|\\.|"")` },
  inNestedJson,
  { opening: "='", piece: String.raw`(?:[^'"\\]+|\\{2}'|\\.|'')` },
]);

/** In text, where only the mark that opens a secret closes it. */
const inText = secretsWith([
  { opening: String.raw`(?:"\s*:\s*|=)"`, piece: String.raw`(?:[^"\\]+|\\.|"")` },
  inNestedJson,
  { opening: "='", piece: String.raw`(?:[^'\\]+|\\.|'')` },
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

function masked(text: string, secrets: Secrets): string {
  const shown = text.replace(password, (all, before: string, at: string) =>
    at === '' ? all : `${before}[redacted]@`,
  );
  return withoutSecrets(shown, secrets);
}

function withoutSecrets(text: string, { beginning, pieces }: Secrets): string {
  let shown = '';
  let from = 0;
  beginning.lastIndex = 0;
  for (let found = beginning.exec(text); found !== null; found = beginning.exec(text)) {
    const { index, groups = {} } = found;
    const quoted = pieces.find((_, at) => groups[`quoted${at}`] !== undefined);
    shown += `${text.slice(from, index)}${groups.kept ?? ''}[redacted]`;
    from = quoted ? endOf(quoted, text, beginning.lastIndex) : beginning.lastIndex;
    beginning.lastIndex = from;
  }
  return shown + text.slice(from);
}

function endOf(pieces: RegExp, text: string, start: number): number {
  let end = start;
  pieces.lastIndex = start;
  while (pieces.test(text)) end = pieces.lastIndex;
  return end;
}
