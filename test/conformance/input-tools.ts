import {
  acceptedContent,
  inputRequired,
  inputResponse,
  type ElicitRequestFormParams,
  type InputRequests,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { says, text } from './content-tools.ts';

type Schema = ElicitRequestFormParams['requestedSchema'];

const form = (properties: Schema['properties'], required: string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
});

const options = ['option1', 'option2', 'option3'];
const titled = [1, 2, 3].map((n) => ({ const: `value${n}`, title: `Option ${n}` }));

/** Tools that ask the client while they work, as revisions before 2026-07-28 do: by requests of their own. */
export function addPushTools(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: "Asks the client's model.", inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const { content } = await mcpReq.requestSampling({
        messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
        maxTokens: 100,
      });
      const said = Array.isArray(content) ? content[0] : content;
      return says(text(`LLM response: ${said?.type === 'text' ? said.text : 'no text'}`));
    },
  );
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the person.', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, { mcpReq }) => {
      const requestedSchema = form(
        {
          username: { type: 'string', description: "User's response" },
          email: { type: 'string', description: "User's email address" },
        },
        ['username', 'email'],
      );
      const { action, content } = await mcpReq.elicitInput({ message, requestedSchema });
      return says(text(`User response: action: ${action}, content: ${JSON.stringify(content)}`));
    },
  );
  const forms: Readonly<Record<string, Schema['properties']>> = {
    test_elicitation_sep1034_defaults: {
      name: { type: 'string', default: 'John Doe' },
      age: { type: 'integer', default: 30 },
      score: { type: 'number', default: 95.5 },
      status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
      verified: { type: 'boolean', default: true },
    },
    test_elicitation_sep1330_enums: {
      untitledSingle: { type: 'string', enum: options },
      titledSingle: { type: 'string', oneOf: titled },
      legacyEnum: {
        type: 'string',
        enum: ['opt1', 'opt2', 'opt3'],
        enumNames: ['Option One', 'Option Two', 'Option Three'],
      },
      untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
      titledMulti: { type: 'array', items: { anyOf: titled } },
    },
  };
  for (const [name, properties] of Object.entries(forms)) {
    server.registerTool(name, { description: 'Asks the person with a form.' }, async ({ mcpReq }) => {
      const asked = { message: 'Please fill in.', requestedSchema: form(properties) };
      const { action, content } = await mcpReq.elicitInput(asked);
      return says(text(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`));
    });
  }
}

const ask = (message: string, properties: Schema['properties']) =>
  inputRequired.elicit({ message, requestedSchema: form(properties, Object.keys(properties)) });
const sample = (question: string, maxTokens: number) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: question } }],
    maxTokens,
  });
const askName = () => ask('What is your name?', { name: { type: 'string' } });

/** Tools that ask the client as revision 2026-07-28 does: by an answer that says what is still needed. */
export function addInputTools(server: McpServer, seal: (state: string) => Promise<string>): void {
  const description = 'Answers when it has what it needs.';
  const answers = ({ mcpReq }: ServerContext) => mcpReq.inputResponses;

  for (const name of ['test_input_required_result_elicitation', 'test_streaming_elicitation']) {
    server.registerTool(name, { description }, (context) => {
      const given = acceptedContent(answers(context), 'user_name', z.object({ name: z.string() }));
      return given
        ? says(text(`Hello, ${given.name}!`))
        : inputRequired({ inputRequests: { user_name: askName() } });
    });
  }
  server.registerTool('test_input_required_result_sampling', { description }, (context) => {
    const given = inputResponse(answers(context), 'capital_question');
    return given.kind === 'sampling'
      ? says(text(JSON.stringify(given.result.content)))
      : inputRequired({ inputRequests: { capital_question: sample('What is the capital of France?', 100) } });
  });
  server.registerTool('test_input_required_result_list_roots', { description }, (context) => {
    const given = inputResponse(answers(context), 'client_roots');
    return given.kind === 'roots'
      ? says(text(`Roots: ${given.roots.map(({ uri }) => uri).join(', ')}`))
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });
  server.registerTool('test_input_required_result_multiple_inputs', { description }, async (context) => {
    const given = answers(context);
    const missing = ['user_name', 'greeting', 'client_roots'].some(
      (key) => inputResponse(given, key).kind === 'missing',
    );
    if (!missing) return says(text('Name, greeting and roots have come.'));
    const inputRequests: InputRequests = {
      user_name: askName(),
      greeting: sample('Generate a greeting', 50),
      client_roots: inputRequired.listRoots(),
    };
    return inputRequired({ inputRequests, requestState: await seal('asked for three') });
  });
  for (const name of [
    'test_input_required_result_request_state',
    'test_input_required_result_tampered_state',
  ]) {
    server.registerTool(name, { description }, async (context) => {
      const given = inputResponse(answers(context), 'confirm');
      if (given.kind === 'elicit' && context.mcpReq.requestState() === 'confirming')
        return says(text('state-ok'));
      return inputRequired({
        inputRequests: { confirm: ask('Please confirm', { ok: { type: 'boolean' } }) },
        requestState: await seal('confirming'),
      });
    });
  }
  server.registerTool('test_input_required_result_multi_round', { description }, async (context) => {
    const state = context.mcpReq.requestState();
    const given = answers(context);
    if (state === 'round 2' && inputResponse(given, 'step2').kind === 'elicit')
      return says(text('Both steps are done.'));
    if (state === 'round 1' && inputResponse(given, 'step1').kind === 'elicit') {
      const step2 = ask('Step 2: What is your favorite color?', { color: { type: 'string' } });
      return inputRequired({ inputRequests: { step2 }, requestState: await seal('round 2') });
    }
    const step1 = ask('Step 1: What is your name?', { name: { type: 'string' } });
    return inputRequired({ inputRequests: { step1 }, requestState: await seal('round 1') });
  });
  server.registerTool('test_missing_capability', { description: 'Needs sampling.' }, () =>
    inputRequired({ inputRequests: { thought: sample('What do you think?', 50) } }),
  );
  server.registerTool('test_input_required_result_capabilities', { description }, () => {
    const declared = server.server.getClientCapabilities();
    const inputRequests: InputRequests = {
      ...(declared?.sampling && { thought: sample('What do you think?', 50) }),
      ...(declared?.elicitation && { user_name: askName() }),
    };
    return inputRequired({ inputRequests });
  });
}
