import { z } from 'zod';

/** A place that deserves a closer look; reviews take these as their focus. */
export const hotspot = z.object({ file: z.string(), lines: z.string().optional(), reason: z.string() });
