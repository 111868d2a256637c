import type { z } from 'zod';

/**
 * Returns the most specific issue: for a union, that of the alternative that was meant; for a key, what is wrong with
 * the key.
 */
export function pointedIssue(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code === 'invalid_key') return { ...issue, message: issue.issues[0]?.message ?? issue.message };
  if (issue.code !== 'invalid_union') return issue;
  const inside = issue.errors.find(([first]) => (first?.path.length ?? 0) > 0);
  const ofThisKind = issue.errors.find(([first]) => first?.code !== 'invalid_type');
  const [inner] = inside ?? ofThisKind ?? issue.errors[0] ?? [];
  return inner ? pointedIssue({ ...inner, path: [...issue.path, ...inner.path] }) : issue;
}
