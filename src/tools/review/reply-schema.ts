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

/** What reviewing models are held to. Closed and with every member required: the strictest providers ask for that. */
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
