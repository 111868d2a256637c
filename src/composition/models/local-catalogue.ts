import type { FoundProvider } from '../../config/discovery/found-provider.ts';
import type { LocalListing, ModelDetails } from '../../config/discovery/model-details.ts';
import type { Catalogue, Resolution } from '../../core/catalogue.ts';
import { asConclaveError } from '../../core/errors.ts';
import type { Log } from '../../core/telemetry/log.ts';
import type { Model } from '../../core/model.ts';
import type { Ms } from '../../core/units.ts';
import type { LiveCatalogue } from '../../models/create-catalogue.ts';
import { localModels } from '../../models/local-models.ts';

/** Returns the models of local servers, as discovered. */
export function discoveredModels(found: readonly FoundProvider[]): Model[] {
  return found.flatMap(({ provider, listing, shown }) =>
    listing === undefined ? [] : localModels(provider, listing, shown),
  );
}

type Looking = {
  readonly found: readonly FoundProvider[];
  readonly details: ModelDetails;
  readonly log: Log;
  readonly now: () => Ms;
};

/** Runs in the background, so a server may take its time. */
const patienceMs: Ms = 5_000;
/** Unknown names may be requested again and again, so each server is checked at most this often. */
const betweenLooksMs: Ms = 10_000;

/**
 * Wraps a catalogue so that a request for an unknown model of a local server checks that server again in the
 * background. A model that was pulled since, or that the server did not describe in time, is listed from then on with
 * its capabilities.
 */
export function localCatalogue(catalogue: LiveCatalogue, { found, details, log, now }: Looking): Catalogue {
  const local = found.filter(({ provider, source }) => provider.local && source !== 'simulated');
  const seen = new Map<string, LocalListing>();
  const lookedAt = new Map<string, Ms>();

  async function look({ provider }: FoundProvider): Promise<void> {
    const listing = await details.look(provider, { listMs: patienceMs, detailsMs: patienceMs });
    if (listing === undefined) return;
    seen.set(provider.id, listing);
    try {
      catalogue.discover(discoveredModels(found.map((one) => ({ ...one, ...seen.get(one.provider.id) }))));
    } catch (error) {
      const { message } = asConclaveError(error);
      log.warn(
        { provider: provider.id, reason: message },
        'the present models of a local server are not used',
      );
    }
  }

  function notice(resolution: Resolution): Resolution {
    if (resolution.kind !== 'model') return resolution;
    const { id, provider } = resolution.model;
    const entry = local.find((one) => one.provider.id === provider);
    if (!entry || (catalogue.lists(id) && !isUntold(resolution.model))) return resolution;
    if (now() - (lookedAt.get(provider) ?? -Infinity) < betweenLooksMs) return resolution;
    lookedAt.set(provider, now());
    void look(entry);
    return resolution;
  }

  /** Returns whether the server describes its models but has not described this one. */
  function isUntold({ provider, name }: Model): boolean {
    const entry = local.find((one) => one.provider.id === provider);
    const shown = seen.get(provider)?.shown ?? entry?.shown;
    return entry?.provider.showPath !== undefined && shown?.[name] === undefined;
  }

  for (const entry of local) {
    if (entry.listing !== undefined && discoveredModels([entry]).some(isUntold)) void look(entry);
  }
  return {
    ...catalogue,
    resolve: (name, clientDialect) => notice(catalogue.resolve(name, clientDialect)),
  };
}
