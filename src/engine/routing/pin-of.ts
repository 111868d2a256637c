import type { Call } from '../../core/call.ts';
import { credentialKey } from '../../core/credential-key.ts';
import type { Model } from '../../core/model.ts';
import type { Deployment } from '../../core/provider.ts';
import { shownField } from '../../core/names/shown-field.ts';
import type { Pin } from '../../core/routing/request-features.ts';
import type { DialectId, MediaSource } from '../../core/wire/content.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { ModelChoice } from '../route.ts';
import type { RoutingServices } from './routing-services.ts';

type Knowing = Pick<RoutingServices, 'origins' | 'deploymentsOf'>;

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
    choice.kind === 'open'
      ? undefined
      : (resolvingProvider(engine, call, { models, dialect }) ?? choice.model.provider);
  const pinning = origin && extras?.find(({ fieldClass }) => fieldClass === 'pinning');
  if (pinning) return { field: shownField(pinning), dialect: origin, provider: providerOf(origin) };
  // Hint fields never filter, unless the caller is strict.
  const required = extras?.find(
    ({ fieldClass, isRead, writtenBy }) =>
      // Whether a dialect expresses the field shows when the request is written in it.
      fieldClass !== 'hint' || (strict === true && !isRead && !writtenBy),
  );
  if (file) {
    const dialect = origin && required ? origin : file.dialect;
    return { field: 'a file id', dialect, provider: providerOf(dialect) };
  }
  return origin && required && { field: shownField(required), dialect: origin, provider: undefined };
}

/**
 * Returns the provider that holds what the call refers to; if that is not known, the first one of the dialect: the
 * caller's own references are to the models that it names.
 */
function resolvingProvider(
  { origins, deploymentsOf }: Knowing,
  call: Call,
  { models, dialect }: { readonly models: readonly Model[]; readonly dialect: DialectId },
): string | undefined {
  const deployments = models.flatMap((model) => deploymentsOf(model));
  const account = origins.of(call);
  const owner = account !== undefined && deployments.find((one) => credentialKey(one) === account);
  const speaks = (one: Deployment) => one.endpoints.some((endpoint) => endpoint.dialect === dialect);
  return (owner || deployments.find(speaks))?.provider.id;
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
