import { refuse } from '../problem.ts';

/** Most APIs take 64 letters; Anthropic's takes twice as many. */
const longest = 64;

/** A tool's name as OpenAI, Google and AWS take it. `where`: the member that is at fault. */
export function toolName(name: string, where: string): string {
  if (name.length <= longest) return name;
  return refuse(
    `Invalid '${where}': string too long. Expected a string with maximum length ${longest}, but got a string with length ${name.length} instead.`,
    where,
  );
}
