import { tokenPercent } from '../../core/money/billing-terms.ts';
import type { DialectId } from '../../core/wire/content.ts';
import type { RequestFeatures } from '../../core/routing/plan.ts';
import type { AskedModel } from './further-models.ts';

/**
 * What the way in which an answer is asked to be served makes of a candidate's rates. Whoever speaks another dialect than the
 * client is not asked for it, but that chat's `service_tier` is Responses' too; a server of one's own has no such ways.
 */
export function askedTerms(
  { model, deployment }: AskedModel,
  { billingTerms, clientDialect }: Pick<RequestFeatures, 'billingTerms' | 'clientDialect'>,
): ReturnType<typeof tokenPercent> {
  const hears = (dialect: DialectId) =>
    dialect === clientDialect || (dialect === 'openai-responses' && clientDialect === 'openai-chat');
  const isAsked = !model.local && (deployment?.endpoints.some(({ dialect }) => hears(dialect)) ?? true);
  return tokenPercent(isAsked ? billingTerms : undefined, model);
}
