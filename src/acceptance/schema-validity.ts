import type { CheckedFor, Flaw, StepAnswer, Validity } from '../core/routing/acceptance/acceptance.ts';
import { replyText, type CollectedReply } from '../core/wire/collected-reply.ts';
import type { ModelRequest } from '../core/wire/request.ts';
import { failureInTime } from './failure-in-time.ts';
import type { Sign } from './sign.ts';
import type { TextRule } from './text-failure.ts';

/** Checks the JSON of a reply by the request's own schemas; `undefined` if neither contains nor should contain any. */
export async function validityOf(
  reply: CollectedReply,
  request: ModelRequest,
  checkedFor: CheckedFor,
): Promise<Validity | undefined> {
  if (!hasJson(reply, request)) return undefined;
  const texts: JsonText[] = [];
  for (const block of reply.blocks) {
    if (block.type !== 'tool-call') continue;
    const { name, arguments: text } = block;
    const tool = request.tools?.find((one) => one.name === name);
    if (!tool) {
      const before = await problemOf(texts, checkedFor);
      return before ?? { problem: `it calls ${name}, which was not offered` };
    }
    const prefix = `its call of ${name} does not match the schema of the tool: `;
    texts.push({ rule: { text: text === '' ? '{}' : text, schema: tool.inputSchema }, prefix });
  }
  if (texts.length === 0) texts.push({ rule: outputRule(reply, request), prefix: '' });
  return (await problemOf(texts, checkedFor)) ?? 'valid';
}

/** Returns what is wrong with the JSON of a reply that was checked. */
export function schemaFlaw(validity: Validity | undefined): Flaw | undefined {
  return typeof validity === 'object' ? { signal: 'schema', says: validity.problem } : undefined;
}

/** Valid JSON does not make an answer right; invalid JSON makes it useless. */
export function schemaValidity({ validity }: StepAnswer): Sign[] {
  if (validity === undefined || validity === 'unknown') return [];
  if (validity === 'valid') return [{ signal: 'schema', says: 'it matches the schema', worth: 'valid' }];
  return [{ signal: 'schema', says: validity.problem, veto: true }];
}

/** A JSON text of a reply, and what its problem begins with. */
type JsonText = { readonly rule: TextRule; readonly prefix: string };

async function problemOf(texts: readonly JsonText[], checkedFor: CheckedFor): Promise<Validity | undefined> {
  const rules = texts.map(({ rule }) => rule);
  const failure = await failureInTime(rules, checkedFor);
  if (failure === undefined || failure === 'unknown') return failure;
  return { problem: `${texts[failure.at]?.prefix ?? ''}${failure.says}` };
}

/** Whether a reply contains, or should contain, JSON that a schema describes. */
function hasJson({ blocks }: CollectedReply, { output }: ModelRequest): boolean {
  return output !== undefined || blocks.some(({ type }) => type === 'tool-call');
}

function outputRule(reply: CollectedReply, { output }: ModelRequest): TextRule {
  return { text: replyText(reply), schema: output?.type === 'json-schema' ? output.schema : undefined };
}
