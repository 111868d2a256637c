import { isCut } from '../core/wire/collected-reply.ts';
import type { Scorer } from '../core/extension-points.ts';
import { isVirtualName } from '../core/routing/virtual-model.ts';
import { schemaProblem } from './schema-validity.ts';

/** Whether an answer in JSON is the JSON that was asked for: an outcome that nobody has to give. */
export const schemaScorer: Scorer = {
  name: 'schema',
  // Where the caller named the model there is nothing to learn for a choice.
  wants: ({ request }) =>
    isVirtualName(request.model) && (request.output !== undefined || (request.tools?.length ?? 0) > 0),
  score({ request }, reply) {
    // A limit that somebody set for the answer says nothing of the model: every one is cut there.
    if (isCut(reply)) return undefined;
    const called = reply.blocks.some(({ type }) => type === 'tool-call');
    if (request.output === undefined && !called) return undefined;
    return schemaProblem(reply, request) === undefined ? 1 : 0;
  },
};
