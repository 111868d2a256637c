import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Offer } from './mcp-server.ts';
import { slashCommands, slashText } from './slash-commands.ts';

/** Registers the slash commands of the available tools. */
export function registerPrompts(server: McpServer, { tools }: Pick<Offer, 'tools'>): void {
  for (const command of slashCommands) {
    const tool = tools.find(({ name }) => name === command.tool);
    if (!tool) continue;
    const about = z.string().describe(command.about);
    const model = z.string().describe('a model id or alias; default: one that fits').optional();
    server.registerPrompt(
      command.tool,
      {
        title: tool.title,
        description: command.description,
        argsSchema: z.object({ about: command.required ? about.min(1) : about.optional(), model }),
      },
      (given) => ({
        messages: [
          {
            role: 'user',
            content: { type: 'text', text: slashText(command, given.about, given.model) },
          },
        ],
      }),
    );
  }
}
