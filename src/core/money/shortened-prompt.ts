import type { Deployment } from '../deployment.ts';
import type { PromptShortening } from '../routing/request/request-features.ts';
import type { ModelRequest } from '../wire/request.ts';
import { shownField } from '../names/shown-field.ts';

/** The field by which a request asks its provider to shorten a prompt that does not fit; `undefined`: none. */
export function promptShortening({ extras, origin }: ModelRequest): PromptShortening | undefined {
  const fields = extras?.filter(({ shortens }) => shortens !== undefined) ?? [];
  const [first] = fields;
  if (!first || !origin) return undefined;
  return {
    field: shownField(first),
    dialect: origin,
    onlyRouters: fields.every(({ shortens }) => shortens?.by === 'router'),
    cutsToWindow: fields.every(({ shortens }) => shortens?.how === 'cut'),
  };
}

/** Whether the provider of a deployment is sent that field and acts on it. */
export function shortensItself(
  { endpoints, provider }: Pick<Deployment, 'endpoints' | 'provider'>,
  shortening: PromptShortening | undefined,
): boolean {
  if (!shortening) return false;
  const { dialect, onlyRouters } = shortening;
  const { choosesProviders, shortensPrompts } = provider.quirks;
  if ((onlyRouters ? choosesProviders : shortensPrompts) !== true) return false;
  return endpoints.some((endpoint) => endpoint.dialect === dialect);
}
