import type { Finding, Severity } from '../../../core/finding.ts';

/** The part of SARIF 2.1.0 that we write; code-scanning services read no more. */
export type SarifLog = {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly name: string;
          readonly version: string;
          readonly informationUri: string;
          readonly rules: readonly {
            readonly id: string;
            readonly properties: { readonly tags: readonly string[] };
          }[];
        };
      };
      readonly results: readonly SarifResult[];
    },
  ];
};

type SarifResult = {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: 'error' | 'warning' | 'note';
  readonly rank: number;
  readonly message: { readonly text: string };
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region?: { readonly startLine: number; readonly endLine: number };
      };
    },
  ];
  readonly properties: {
    readonly severity: Severity;
    readonly confidence: number;
    readonly reportedBy: readonly string[];
  };
};

/** Formats findings as a SARIF 2.1.0 log. */
export function sarifLog(findings: readonly Finding[], toolVersion: string): SarifLog {
  const ruleIds = [...new Set(findings.map(ruleOf))];
  const categoryOf = new Map(findings.map((finding) => [ruleOf(finding), finding.category]));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Conclave',
            version: toolVersion,
            informationUri: 'https://www.npmjs.com/package/conclave',
            rules: ruleIds.map((id) => ({ id, properties: { tags: [categoryOf.get(id) ?? 'other'] } })),
          },
        },
        results: findings.map((finding) => resultOf(finding, ruleIds)),
      },
    ],
  };
}

function resultOf(finding: Finding, ruleIds: readonly string[]): SarifResult {
  const { file, startLine, endLine, severity, confidence, reportedBy } = finding;
  const region = startLine === undefined ? {} : { region: { startLine, endLine: endLine ?? startLine } };
  const ruleId = ruleOf(finding);
  return {
    ruleId,
    ruleIndex: ruleIds.indexOf(ruleId),
    level: levels[severity],
    rank: Math.round(confidence * 100),
    message: { text: messageOf(finding) },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } }],
    properties: { severity, confidence, reportedBy },
  };
}

const levels = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' } as const;

function ruleOf({ rule, category }: Finding): string {
  return rule ?? category;
}

function messageOf({ title, explanation, suggestedFix, otherTitles = [] }: Finding): string {
  return [
    title,
    explanation === title ? '' : explanation,
    suggestedFix && `Suggested fix: ${suggestedFix}`,
    otherTitles.length > 0 && `Also reported as: ${otherTitles.join('; ')}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** A relative URI reference with each path segment escaped. */
function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
