import type { BillingTerm } from '../../../core/money/billing-terms.ts';
import type { Capability } from '../../../core/model.ts';
import type { RequestTraits } from '../../../core/routing/request/request-features.ts';
import { wantedEffort } from '../../../core/wire/reasoning-effort.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { requiredFields } from '../../../core/wire/required-fields.ts';
import { furtherModels } from '../../money/further-models.ts';
import type { RequestSize } from '../size/measure-request.ts';
import type { ResolvedCall } from '../choice/resolve-call.ts';
import type { RoutingServices } from '../routing-services.ts';
import { promptShortening } from '../../../core/money/shortened-prompt.ts';

/** Returns what a provider must support to serve the request as it is, and what it may bill for it. */
export function requestTraits(
  { catalogue }: Pick<RoutingServices, 'catalogue'>,
  { call, size }: Pick<ResolvedCall, 'call' | 'size'>,
): RequestTraits {
  const { request, raw } = call;
  return {
    needs: neededCapabilities(request, size),
    toolCount: request.tools?.length ?? 0,
    requiredFields: requiredFields(request),
    stream: request.stream,
    isTextOnly: request.answersIn === 'text',
    isSpoken: request.answersIn === 'speech',
    clientDialect: raw?.dialect,
    billingTerms: termsAsked(request),
    billedApart: billedApart(request),
    shortening: promptShortening(request),
    furtherModels: furtherModels(request, catalogue),
  };
}

function neededCapabilities({ reasoning }: ModelRequest, { needs }: RequestSize): readonly Capability[] {
  const effort = reasoning && wantedEffort(reasoning);
  const thinks = effort !== undefined && effort !== 'none';
  return thinks ? [...needs, 'reasoning'] : needs;
}

function termsAsked({ extras }: ModelRequest): readonly BillingTerm[] | undefined {
  const terms = extras?.flatMap((extra) => extra.terms ?? []);
  return terms?.length ? terms : undefined;
}

/** A coding agent declares such tools beside its own in every request: only what the call cannot do without counts. */
function billedApart({ extras }: ModelRequest): readonly BillingTerm[] | undefined {
  return extras?.flatMap((extra) => (extra.fieldClass === 'hint' ? [] : (extra.billedApart ?? [])));
}
