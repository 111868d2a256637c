import { findingCategories, severities } from '../../core/finding.ts';
import type { OutputFormat } from '../../core/wire/request.ts';

const text = { type: 'string' };
const line = { type: 'integer' };

const issue = {
  file: text,
  startLine: line,
  endLine: line,
  severity: { type: 'string', enum: [...severities] },
  category: { type: 'string', enum: [...findingCategories] },
  rule: text,
  title: text,
  explanation: text,
  suggestedFix: text,
  confidence: { type: 'number' },
};

/** The reply schema for reviewing models. Closed and with all members required, as the strictest providers demand. */
export const reviewReply: OutputFormat = {
  type: 'json-schema',
  name: 'review',
  schema: {
    type: 'object',
    properties: {
      summary: text,
      issues: {
        type: 'array',
        items: {
          type: 'object',
          properties: issue,
          required: Object.keys(issue),
          additionalProperties: false,
        },
      },
    },
    required: ['summary', 'issues'],
    additionalProperties: false,
  },
};
