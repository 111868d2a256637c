import { startSimulator as start, type Simulator } from '../simulator/server.ts';
import type { SimulatorOptions } from '../simulator/state.ts';
import { cannotListen } from '../transport/in/listen.ts';

/**
 * Starts the simulated providers.
 * @throws ConclaveError `configuration` if their address is taken or not permitted.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  try {
    return await start(options);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw cannotListen(error, { host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  }
}
