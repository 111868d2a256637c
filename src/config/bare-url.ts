/** A base URL without slashes at its end. */
export function bareUrl(url: string): string {
  return url.replace(/\/+$/, '');
}
