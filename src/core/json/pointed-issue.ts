import type { z } from 'zod';

/** What is wrong, as deep as it goes: of what may be written in two ways, with the way that was taken; of a key, what is wrong with it. */
export function pointedIssue(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code === 'invalid_key') return { ...issue, message: issue.issues[0]?.message ?? issue.message };
  if (issue.code !== 'invalid_union') return issue;
  const inside = issue.errors.find(([first]) => (first?.path.length ?? 0) > 0);
  const ofThisKind = issue.errors.find(([first]) => first?.code !== 'invalid_type');
  const [inner] = inside ?? ofThisKind ?? issue.errors[0] ?? [];
  return inner ? pointedIssue({ ...inner, path: [...issue.path, ...inner.path] }) : issue;
}
