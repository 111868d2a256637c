/**
 * Ports that browsers and all clients built on `fetch` refuse to connect to
 * (https://fetch.spec.whatwg.org/#port-blocking), limited to ports that a user's own server might listen on.
 */
const blocked: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10080,
]);

/** Returns a warning about the port of this address, or `undefined` for any usual port. */
export function portHint(url: string): string | undefined {
  const { port } = new URL(url);
  if (!blocked.has(Number(port))) return undefined;
  return `browsers and every client built on fetch refuse port ${port}: choose another (--port)`;
}
