import type { Family } from '../../character.ts';
import type { Prompt } from '../prompt.ts';
import { asksForReview, codeFor, findingsFor } from './review-prompt.ts';
import type { Finding } from './review.ts';

/** Formats a review as prose, in the style of the model's family. */
export function reviewInProse(prompt: Prompt): string {
  const findings = findingsFor(prompt);
  const files = new Set(codeFor(prompt).map(({ file }) => file));
  const place = files.size === 1 ? [...files][0] : `${files.size} files`;
  if (findings.length === 0) return manners[prompt.character.family].nothing(place ?? 'the code');
  const { opening, one, closing } = manners[prompt.character.family];
  return [opening(findings.length, place ?? 'the code'), ...findings.map(one), closing(findings)].join(
    '\n\n',
  );
}

/** Formats a review as one sentence for a summary field; `undefined` without code to review. */
export function reviewInOneLine(prompt: Prompt): string | undefined {
  if (!asksForReview(prompt) || codeFor(prompt).length === 0) return undefined;
  const findings = findingsFor(prompt);
  const worst = (['critical', 'high', 'medium', 'low'] as const).find((grade) =>
    findings.some(({ severity }) => severity === grade),
  );
  return `Simulated ${prompt.model}: ${worst ? `${issues(findings.length)}, the worst ${worst}` : 'no issues'}.`;
}

type Manner = {
  readonly opening: (count: number, place: string) => string;
  readonly one: (finding: Finding, index: number) => string;
  readonly closing: (findings: readonly Finding[]) => string;
  readonly nothing: (place: string) => string;
};

const at = ({ file, line }: Finding): string => `${file}:${line}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const issues = (count: number): string => (count === 1 ? '1 issue' : `${count} issues`);

const manners: Readonly<Record<Family, Manner>> = {
  claude: {
    opening: (count, place) => `I read ${place} with care and have ${issues(count)} to raise.`,
    one: (finding, index) =>
      `${index + 1}. **${finding.title}** (${finding.severity}, ${finding.category}) at \`${at(finding)}\`\n   ${finding.explanation} ${finding.suggestion}\n   \`${finding.evidence}\``,
    closing: (findings) =>
      findings.some(({ severity }) => severity === 'critical' || severity === 'high')
        ? 'I would not merge this before the serious ones are settled.'
        : 'None of these needs to hold the change up.',
    nothing: (place) => `I read ${place} and see nothing that I would change.`,
  },
  gpt: {
    opening: (count, place) => `## Review of ${place}\n\n${capital(issues(count))} found.`,
    one: (finding) =>
      `### ${finding.title}\n- **Location:** ${at(finding)}\n- **Severity:** ${finding.severity}\n- **Category:** ${finding.category}\n- **Why:** ${finding.explanation}\n- **Fix:** ${finding.suggestion}`,
    closing: (findings) => `**Total:** ${findings.length}`,
    nothing: (place) => `## Review of ${place}\n\nNo issues found.`,
  },
  gemini: {
    opening: (count, place) =>
      `Thank you for sharing this. I have gone through ${place} line by line, and here is a thorough account of the ${issues(count)} that I noticed:`,
    one: (finding) =>
      `* **${finding.title}** — \`${at(finding)}\` [${finding.severity} / ${finding.category}]. ${finding.explanation} In the line \`${finding.evidence}\` this can be put right as follows: ${finding.suggestion}`,
    closing: () =>
      'Taken together, addressing these points will make the code more robust and easier to maintain.',
    nothing: (place) =>
      `Thank you for sharing this. I have gone through ${place} line by line and found it to be in good order.`,
  },
  deepseek: {
    opening: (count) => `${capital(issues(count))}:`,
    one: (finding) =>
      `[${finding.severity}] ${at(finding)} ${finding.title} (${finding.category}): ${finding.explanation} -> ${finding.suggestion}`,
    closing: () => 'Done.',
    nothing: () => 'No issues.',
  },
  mistral: {
    opening: (count, place) => `${capital(issues(count))} in ${place}.`,
    one: (finding) =>
      `- ${at(finding)}, ${finding.severity} ${finding.category}: ${finding.title}. ${finding.explanation} ${finding.suggestion}`,
    closing: () => 'The rest looks fine.',
    nothing: (place) => `Nothing to report in ${place}.`,
  },
  open: {
    opening: (count, place) => `Here is my review of ${place} (${issues(count)}):`,
    one: (finding, index) =>
      `${index + 1}) ${finding.title}\nwhere: ${at(finding)}\nseverity: ${finding.severity}\ncategory: ${finding.category}\n${finding.explanation}\nfix: ${finding.suggestion}`,
    closing: () => 'Let me know if you want me to look at anything else.',
    nothing: (place) => `I could not find problems in ${place}.`,
  },
};
