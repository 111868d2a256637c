import type { Finding } from '../../../core/finding.ts';
import { version } from '../../../core/version.ts';
import { githubAnnotations } from './github-annotations.ts';
import { sarifLog } from './sarif.ts';

/** Formats findings as a SARIF 2.1.0 log or as GitHub workflow commands. */
export function formatFindings(findings: readonly Finding[], format: 'sarif' | 'github'): string {
  return format === 'sarif' ? JSON.stringify(sarifLog(findings, version)) : githubAnnotations(findings);
}
