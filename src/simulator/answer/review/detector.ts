/** A defect that can be recognised in source text, and how models describe it. */
export type Detector = {
  readonly id: string;
  readonly category: Category;
  readonly severity: Severity;
  /** How hard it is to notice, 0 to 1: weak models miss the hard ones. */
  readonly difficulty: number;
  /** Languages in which it is looked for; if absent, all. */
  readonly languages?: readonly Language[];
  readonly pattern: RegExp;
  /** If this matches the same line, it is not a defect. */
  readonly unless?: RegExp;
  /** Must match one of this many preceding lines. */
  readonly after?: readonly [RegExp, number];
  /** Must not match any of this many lines before or after. */
  readonly absent?: readonly [RegExp, number];
  /** Alternative wordings: models differ in which they use. */
  readonly titles: readonly [string, ...string[]];
  readonly why: readonly [string, ...string[]];
  readonly fix: readonly [string, ...string[]];
};

export type Category =
  | 'security'
  | 'correctness'
  | 'concurrency'
  | 'resources'
  | 'error-handling'
  | 'performance'
  | 'maintainability';

export type Severity = 'critical' | 'high' | 'medium' | 'low';

export type Language = 'js' | 'py' | 'go' | 'java' | 'rust' | 'sql' | 'shell' | 'other';

const endings: Readonly<Record<string, Language>> = {
  ts: 'js',
  tsx: 'js',
  js: 'js',
  jsx: 'js',
  mjs: 'js',
  cjs: 'js',
  mts: 'js',
  vue: 'js',
  svelte: 'js',
  typescript: 'js',
  javascript: 'js',
  py: 'py',
  python: 'py',
  go: 'go',
  golang: 'go',
  java: 'java',
  kt: 'java',
  kotlin: 'java',
  rs: 'rust',
  rust: 'rust',
  sql: 'sql',
  sh: 'shell',
  bash: 'shell',
};

/** Returns the language of a path or of a code fence's tag. */
export function languageOf(name: string): Language {
  return endings[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'other';
}
