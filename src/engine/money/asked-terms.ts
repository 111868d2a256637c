import { tokenPercent } from '../../core/money/billing-terms.ts';
import type { DialectId } from '../../core/wire/content.ts';
import type { RequestTraits } from '../../core/routing/request-features.ts';
import type { AskedModel } from './further-models.ts';

/**
 * Returns how the requested service options (tier, speed) change a candidate's rates. They are not sent to a provider
 * of another dialect than the client's, except that Chat's `service_tier` also exists in Responses; a local server has
 * no such options.
 */
export function askedTerms(
  { model, deployment }: AskedModel,
  { billingTerms, clientDialect }: RequestTraits,
): ReturnType<typeof tokenPercent> {
  const receives = (dialect: DialectId) =>
    dialect === clientDialect || (dialect === 'openai-responses' && clientDialect === 'openai-chat');
  const isAsked = !model.local && (deployment?.endpoints.some(({ dialect }) => receives(dialect)) ?? true);
  return tokenPercent(isAsked ? billingTerms : undefined, model);
}
