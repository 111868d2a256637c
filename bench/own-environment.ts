/**
 * What a process of a bench inherits: where programs are, nothing else. The user's settings could name a database, and the
 * bench's calls and key would be written into it; their proxies and options of Node would change what is measured.
 */
export const inherited = { PATH: process.env['PATH'] ?? '' };

/** The environment of a Conclave that keeps everything in `home`. */
export function ownEnvironment(home: string): Record<string, string> {
  return { ...inherited, HOME: home, CONCLAVE_HOME: home };
}
