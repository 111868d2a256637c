import { refuse } from '../problem.ts';

/** Most APIs accept 64 characters; Anthropic's accepts twice as many. */
const longest = 64;

/** Checks a tool's name like OpenAI, Google and AWS. `where` is the faulty member. */
export function toolName(name: string, where: string): string {
  if (name.length <= longest) return name;
  return refuse(
    `Invalid '${where}': string too long. Expected a string with maximum length ${longest}, but got a string with length ${name.length} instead.`,
    where,
  );
}
