/** Removes trailing slashes from a base URL. */
export function bareUrl(url: string): string {
  return url.replace(/\/+$/, '');
}
