import { setTimeout as sleep } from 'node:timers/promises';
import type { CallToolResult, ContentBlock, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** A red pixel, and a tenth of a millisecond of silence. */
export const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const wav = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA==';

export const text = (content: string): ContentBlock => ({ type: 'text', text: content });
export const image: ContentBlock = { type: 'image', data: png, mimeType: 'image/png' };
export const says = (...content: ContentBlock[]): CallToolResult => ({ content });

/** Tools that answer at once, each with another kind of content, and those that say something on the way. */
export function addContentTools(server: McpServer): void {
  const contents: Readonly<Record<string, ContentBlock[]>> = {
    test_simple_text: [text('This is a simple text response for testing.')],
    test_image_content: [image],
    test_audio_content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }],
    test_embedded_resource: [
      resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
    ],
    test_multiple_content_types: [
      text('Multiple content types test:'),
      image,
      resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  };
  for (const [name, content] of Object.entries(contents)) {
    server.registerTool(name, { description: 'Answers with fixed content.' }, () => says(...content));
  }

  server.registerTool('test_error_handling', { description: 'Always fails.' }, () => ({
    ...says(text('This tool intentionally returns an error for testing')),
    isError: true,
  }));

  server.registerTool('test_tool_with_logging', { description: 'Logs.' }, async ({ mcpReq }) => {
    await mcpReq.log('info', 'Tool execution started');
    await sleep(50);
    await mcpReq.log('info', 'Tool processing data');
    await sleep(50);
    await mcpReq.log('info', 'Tool execution completed');
    return says(text('Logged three times.'));
  });
  server.registerTool('test_logging_tool', { description: 'Logs where asked to.' }, async ({ mcpReq }) => {
    await mcpReq.log('info', 'Only for those who set a level');
    return says(text('Logged once, or not at all.'));
  });

  server.registerTool('test_tool_with_progress', { description: 'Reports.' }, async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        const params = { progressToken, progress, total: 100 };
        await mcpReq.notify({ method: 'notifications/progress', params });
      }
      await sleep(50);
    }
    return says(text('Went from 0 to 100.'));
  });

  server.registerTool(
    'test_headers',
    {
      description: 'Takes an argument that also travels as a header.',
      inputSchema: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }).optional() }),
    },
    ({ region }) => says(text(`Region: ${region ?? 'none'}`)),
  );
}

function resource(uri: string, mimeType: string, content: string): ContentBlock {
  return { type: 'resource', resource: { uri, mimeType, text: content } };
}
