import { isJsonObject, type JsonValue } from '../core/json/json.ts';
import type { TextRule } from './text-failure.ts';

/** The regular expressions of a rule; of a schema, also texts that only look like one. */
export function patternsOf(rule: TextRule): readonly string[] {
  if ('pattern' in rule) return [rule.pattern];
  const patterns: string[] = [];
  const left: JsonValue[] = rule.schema ? [rule.schema] : [];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (Array.isArray(value)) for (const item of value) left.push(item);
    else if (isJsonObject(value)) {
      const { pattern, patternProperties } = value;
      if (typeof pattern === 'string') patterns.push(pattern);
      if (isJsonObject(patternProperties))
        for (const key of Object.keys(patternProperties)) patterns.push(key);
      for (const member of Object.values(value)) if (member !== undefined) left.push(member);
    }
  }
  return patterns;
}
