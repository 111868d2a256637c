import type { Call } from '../../../core/call.ts';
import { credentialKey } from '../../../core/accounts/credential-key.ts';
import type { Model } from '../../../core/model.ts';
import type { Deployment } from '../../../core/deployment.ts';
import { shownField } from '../../../core/names/shown-field.ts';
import { providerPlace } from '../../../core/routing/preferences/provider-preferences.ts';
import type { Pin } from '../../../core/routing/request/request-features.ts';
import type { DialectId, MediaSource } from '../../../core/wire/content.ts';
import type { ExtraField, ModelRequest } from '../../../core/wire/request.ts';
import type { ModelChoice } from '../../route.ts';
import { recipients, type Recipients } from '../data/may-receive-data.ts';
import type { RoutingServices } from '../routing-services.ts';

type Knowing = Recipients & Pick<RoutingServices, 'storedAnswers' | 'catalogue'>;

/**
 * Returns the field that only its own dialect expresses, or that only one provider can resolve; `models` are those that
 * the call may go to, in order.
 */
export function pinOf(
  engine: Knowing,
  { call, choice }: { readonly call: Call; readonly choice: ModelChoice },
  models: readonly Model[],
): Pin | undefined {
  const { request, strict } = call;
  const { origin, extras } = request;
  const file = namedFile(request);
  const providerOf = (dialect: DialectId) =>
    choice.kind === 'open' ? undefined : resolvingProvider(engine, call, { models, dialect });
  const pinning = origin && extras?.find(({ fieldClass }) => fieldClass === 'pinning');
  if (pinning) return { field: shownField(pinning), dialects: [origin], provider: providerOf(origin) };
  // Hint fields never filter, unless the caller is strict.
  const required = extras?.filter(
    (field) => field.fieldClass !== 'hint' || (strict === true && onlyOriginHas(field)),
  );
  const narrowest = required?.find(({ writtenBy }) => writtenBy === undefined) ?? required?.[0];
  if (file) {
    const dialect = origin && narrowest ? origin : file.dialect;
    return { field: 'a file id', dialects: [dialect], provider: providerOf(dialect) };
  }
  if (!origin || !narrowest) return undefined;
  const { writtenBy = [] } = narrowest;
  return { field: shownField(narrowest), dialects: [origin, ...writtenBy], provider: undefined };
}

/** For all other hints, whether a provider can be sent them shows when the request is written for it. */
function onlyOriginHas({ isRead, writtenBy, inWords, crosses }: ExtraField): boolean {
  return !isRead && !writtenBy && !inWords && !crosses;
}

/**
 * Returns the provider that holds what the call refers to, even if it is none of the call's. If that is not known, the
 * first one of the dialect that the call may go to, with the caller's own key before those with ours: the caller's own
 * references are to the models that it names. `undefined` if there is none.
 */
function resolvingProvider(
  engine: Knowing,
  call: Call,
  { models, dialect }: { readonly models: readonly Model[]; readonly dialect: DialectId },
): string | undefined {
  const account = engine.storedAnswers.accountOf(call);
  const holder =
    account === undefined
      ? undefined
      : (holding(engine, models, account) ?? holding(engine, engine.catalogue.models(), account));
  if (holder) return holder.provider.id;
  const { providerPreferences = {}, callerKeys } = call;
  const usesOurKey = ({ provider }: Deployment) => (callerKeys?.has(provider.id) ? 0 : 1);
  const place = ({ provider }: Deployment) => providerPlace(provider.id, providerPreferences);
  const [first] = models
    .flatMap((model) =>
      recipients(engine, model, call)
        .filter((one) => isAble(one, { call, dialect }))
        .toSorted((a, b) => place(a) - place(b)),
    )
    .toSorted((a, b) => usesOurKey(a) - usesOurKey(b));
  return first?.provider.id;
}

function holding({ deploymentsOf }: Knowing, models: readonly Model[], account: string) {
  for (const model of models) {
    const found = deploymentsOf(model).find((one) => credentialKey(one) === account);
    if (found) return found;
  }
  return undefined;
}

/** Whether it speaks the dialect, and there is a key for it. */
function isAble(
  { endpoints, provider }: Deployment,
  { call, dialect }: { readonly call: Call; readonly dialect: DialectId },
): boolean {
  const hasKey = !provider.needsCallerKey || call.callerKeys?.has(provider.id) === true;
  return hasKey && endpoints.some((endpoint) => endpoint.dialect === dialect);
}

type NamedFile = Extract<MediaSource, { kind: 'file' }>;

/** The first file that is referred to by a provider's file id. */
function namedFile({ messages }: ModelRequest): NamedFile | undefined {
  for (const { content } of messages) {
    for (const part of content) {
      if ('source' in part && part.source.kind === 'file') return part.source;
    }
  }
  return undefined;
}
