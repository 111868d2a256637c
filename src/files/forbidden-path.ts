/** Returns why a path must not be read even inside the roots, or `undefined`. Names are compared case-insensitively. */
export function forbiddenPath(path: string): string | undefined {
  const segments = path
    .split(/[\\/]/)
    .filter((segment) => segment !== '')
    .map((s) => s.toLowerCase());
  if (systemFolders.has(segments[0] ?? '') && /^[\\/]/.test(path)) {
    return `/${segments[0]} belongs to the operating system`;
  }
  const folder = segments.find((segment) => secretFolders.has(segment));
  if (folder !== undefined) return `${folder} holds secrets`;
  const name = segments.at(-1) ?? '';
  if (secretNames.some((pattern) => pattern.test(name))) return `files named like ${name} hold secrets`;
  return undefined;
}

const systemFolders = new Set(['proc', 'sys', 'dev']);

const secretFolders = new Set(['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker', '.git', '.conclave']);

const secretNames = [
  /^\.env/,
  /\.env$/,
  /\.(?:pem|key|p8|p12|pfx|pkcs12|jks|keystore|kdbx|ppk|ovpn|agekey)$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)/,
  /^\.(?:netrc|pgpass|git-credentials|htpasswd|pypirc|dockercfg|vault-token)$/,
  /^_netrc$/,
  /^(?:credentials|client_secret.*\.json|service[-_]?account.*\.json)$/,
  /\.tfstate(?:\.backup)?$/,
];
