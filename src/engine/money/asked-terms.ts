import { tokenPercent, type BillingTerm } from '../../core/money/billing-terms.ts';
import { standingTerms } from '../../core/money/standing-terms.ts';
import type { DialectId } from '../../core/wire/content.ts';
import type { RequestTraits } from '../../core/routing/request/request-features.ts';
import type { AskedModel } from './further-models.ts';

/**
 * Returns the requested service options (tier, speed) that a candidate receives. They are not sent to a provider of
 * another dialect than the client's, except that Chat's `service_tier` also exists in Responses; a local server has no
 * such options.
 */
export function askedTerms(
  { model, deployment }: AskedModel,
  { billingTerms = [], clientDialect }: RequestTraits,
): readonly BillingTerm[] {
  const receives = (dialect: DialectId) =>
    dialect === clientDialect || (dialect === 'openai-responses' && clientDialect === 'openai-chat');
  const isAsked = !model.local && (deployment?.endpoints.some(({ dialect }) => receives(dialect)) ?? true);
  return isAsked ? billingTerms : [];
}

/**
 * Returns the most by which a candidate's rates can change, by the requested service options and by the terms of all
 * its answers.
 */
export function askedRates(asked: AskedModel, request: RequestTraits): ReturnType<typeof tokenPercent> {
  const { model, deployment } = asked;
  const always = tokenPercent(
    deployment && standingTerms({ model, deployment }, { withDoubts: false }),
    model,
  );
  const wanted = tokenPercent(askedTerms(asked, request), model);
  return {
    // A cheaper tier may not be granted.
    percent: Math.ceil((Math.max(100, wanted.percent) * always.percent) / 100),
    unknown: [...always.unknown, ...wanted.unknown],
  };
}
