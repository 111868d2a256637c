import { findingCategories, type FindingCategory, type Severity } from '../../../core/finding.ts';

/** Maps a reviewer's word to a severity; `undefined` if it means none. */
export function severityFrom(word: string): Severity | undefined {
  const plain = word
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  const known = severityWords[plain];
  if (known) return known;
  const first = plain.split(' ').find((part) => severityWords[part] !== undefined);
  return first === undefined ? undefined : severityWords[first];
}

/** Maps a reviewer's word to a category; the word itself is kept as the finding's rule. */
export function categoryFrom(word: string): FindingCategory {
  const plain = word.toLowerCase().replace(/[\s_/]+/g, '-');
  const exact = findingCategories.find((category) => category === plain);
  if (exact) return exact;
  return categoryWords.find(([pattern]) => pattern.test(plain))?.[1] ?? 'other';
}

const severityWords: Record<string, Severity> = {
  critical: 'critical',
  blocker: 'critical',
  severe: 'critical',
  fatal: 'critical',
  p0: 'critical',
  high: 'high',
  major: 'high',
  error: 'high',
  important: 'high',
  serious: 'high',
  p1: 'high',
  medium: 'medium',
  moderate: 'medium',
  warning: 'medium',
  warn: 'medium',
  normal: 'medium',
  p2: 'medium',
  low: 'low',
  minor: 'low',
  p3: 'low',
  info: 'info',
  informational: 'info',
  information: 'info',
  note: 'info',
  notice: 'info',
  nit: 'info',
  nitpick: 'info',
  trivial: 'info',
  suggestion: 'info',
  p4: 'info',
};

/** The first match wins: `race-condition` is concurrency, not just a bug. */
const categoryWords: readonly [RegExp, FindingCategory][] = [
  [/race|concurren|thread|deadlock|lock|synchroni[sz]|async|goroutine|atomic/, 'concurrency'],
  [
    /secur|inject|xss|csrf|ssrf|xxe|auth|crypto|cryptograph|secret|credential|vulnerab|deseriali|traversal|cwe|owasp|redirect|denial|dos$|timing|tls|unsafe|memory-safety|code-execution|misconfig|privacy/,
    'security',
  ],
  [/leak|resource|memory|cleanup|dispos/, 'resource-leak'],
  [/exception|error|panic|robust|reliab|resilien|fault|retry/, 'error-handling'],
  [/perform|efficien|speed|scal|latency|optimi[sz]|database|n-?\+?1|complexity-time/, 'performance'],
  [/valid|sanit|input|boundary/, 'validation'],
  [/architect|design|coupling|structure|layer|api-design/, 'architecture'],
  [/test|coverage/, 'testing'],
  [/doc|comment/, 'documentation'],
  [/style|format|naming|lint|cosmetic/, 'style'],
  [/maintain|readab|quality|duplicat|dead-code|refactor|smell|clean/, 'maintainability'],
  [
    /bug|correct|logic|null|overflow|off-by|edge|crash|type|syntax|semantic|precision|date|state|alias|contract|functional/,
    'correctness',
  ],
];
