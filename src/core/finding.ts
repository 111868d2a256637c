/** Severities of findings, worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;

export type Severity = (typeof severities)[number];

/** Categories of findings. Coarse on purpose: `rule` is more specific. */
export const findingCategories = [
  'security',
  'correctness',
  'concurrency',
  'error-handling',
  'resource-leak',
  'performance',
  'validation',
  'architecture',
  'maintainability',
  'testing',
  'documentation',
  'style',
  'other',
] as const;

export type FindingCategory = (typeof findingCategories)[number];

/** One structured review result, the same in every tool, in and out. The list of them is called `issues`. */
export type Finding = {
  readonly file: string;
  /** Lines of the new file, counted from 1. Both or neither: without them the whole file is meant. */
  readonly startLine?: number;
  readonly endLine?: number;
  readonly severity: Severity;
  readonly category: FindingCategory;
  /** The reporter's own, more specific category, such as `sql-injection`. */
  readonly rule?: string;
  readonly title: string;
  readonly explanation: string;
  readonly suggestedFix?: string;
  /** 0 (a guess) to 1 (certain). */
  readonly confidence: number;
  /** Ids of the models that reported it. */
  readonly reportedBy: readonly string[];
  /** The titles of other reports that were joined into this one. */
  readonly otherTitles?: readonly string[];
};

/** The JSON Schema of a `Finding`, which clients of every surface may rely on. */
export const findingSchema = {
  type: 'object',
  properties: {
    file: { type: 'string', minLength: 1 },
    startLine: { type: 'integer', minimum: 1 },
    endLine: { type: 'integer', minimum: 1 },
    severity: { enum: [...severities] },
    category: { enum: [...findingCategories] },
    rule: { type: 'string' },
    title: { type: 'string', minLength: 1 },
    explanation: { type: 'string' },
    suggestedFix: { type: 'string' },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    reportedBy: { type: 'array', items: { type: 'string' } },
    otherTitles: { type: 'array', items: { type: 'string' } },
  },
  required: ['file', 'severity', 'category', 'title', 'explanation', 'confidence', 'reportedBy'],
  additionalProperties: false,
};

/** Returns whether `severity` is `floor` or worse. */
export function isAtLeast(severity: Severity, floor: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(floor);
}

/** Compares findings: worst first, then by place. */
export function bySeverity(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
    (a.startLine ?? 0) - (b.startLine ?? 0)
  );
}

/** Formats the place: `src/a.ts:12-14`. */
export function placeOf({
  file,
  startLine,
  endLine,
}: Pick<Finding, 'file' | 'startLine' | 'endLine'>): string {
  if (startLine === undefined) return file;
  return endLine === undefined || endLine === startLine
    ? `${file}:${startLine}`
    : `${file}:${startLine}-${endLine}`;
}
