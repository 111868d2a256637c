/** What a process has consumed since it started. */
export type Usage = { readonly cpuMicroseconds: number; readonly rssBytes: number };

// Preloaded into every measured process, the product's own included, so that it needs no code for being measured.
process.on('message', (message) => {
  if (message !== 'usage') return;
  const { user, system } = process.cpuUsage();
  const usage: Usage = { cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() };
  process.send?.(usage);
});
// The listener alone must not keep a process alive.
process.channel?.unref();
