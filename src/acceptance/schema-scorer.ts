import { isCut } from '../core/wire/collected-reply.ts';
import type { Scorer } from '../core/extension-points.ts';
import { isVirtualName } from '../core/routing/preferences/virtual-model.ts';
import { validityOf } from './schema-validity.ts';

/** Scores whether an answer is the JSON that was requested: an outcome without any feedback from the caller. */
export const schemaScorer: Scorer = {
  name: 'schema',
  // If the caller named the model, there is no choice to learn for.
  wants: ({ request }) =>
    isVirtualName(request.model) && (request.output !== undefined || (request.tools?.length ?? 0) > 0),
  async score({ request, principal: { keyId } }, reply) {
    // An output limit is the caller's choice and says nothing about the model: it cuts off every answer.
    if (isCut(reply)) return undefined;
    const validity = await validityOf(reply, request, { keyId });
    if (validity === undefined || validity === 'unknown') return undefined;
    return validity === 'valid' ? 1 : 0;
  },
};
