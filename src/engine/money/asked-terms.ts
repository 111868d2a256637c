import { tokenPercent } from '../../core/money/billing-terms.ts';
import { standingTerms } from '../../core/money/standing-terms.ts';
import type { DialectId } from '../../core/wire/content.ts';
import type { RequestTraits } from '../../core/routing/request-features.ts';
import type { AskedModel } from './further-models.ts';

/**
 * Returns the most by which a candidate's rates can change, by the requested service options (tier, speed) and by the
 * terms of all its answers. Options are not sent to a provider of another dialect than the client's, except that Chat's
 * `service_tier` also exists in Responses; a local server has no such options.
 */
export function askedTerms(
  { model, deployment }: AskedModel,
  { billingTerms, clientDialect }: RequestTraits,
): ReturnType<typeof tokenPercent> {
  const receives = (dialect: DialectId) =>
    dialect === clientDialect || (dialect === 'openai-responses' && clientDialect === 'openai-chat');
  const isAsked = !model.local && (deployment?.endpoints.some(({ dialect }) => receives(dialect)) ?? true);
  const always = tokenPercent(deployment && standingTerms({ model, deployment }), model);
  const asked = tokenPercent(isAsked ? billingTerms : undefined, model);
  return {
    // A cheaper tier may not be granted.
    percent: Math.ceil((Math.max(100, asked.percent) * always.percent) / 100),
    unknown: [...always.unknown, ...asked.unknown],
  };
}
