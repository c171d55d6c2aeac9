// npm run stage greet <name> [seconds]
import { startGreeting } from '../../hello-ip/client.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { newForm, readForm, workflowIdFor } from '../../hello-ip/web/form.ts';
import { stageStatus } from '../control/client.ts';
import { withClient } from '../control/service-client.ts';
import { readPorts } from '../settings.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'greet <name> [seconds]',
  about: 'does what the form does; prints the address of the page',
  async run(words, print) {
    const isNumber = words.length > 1 && /^\d+$/.test(words.at(-1) ?? '');
    const name = (isNumber ? words.slice(0, -1) : words).join(' ');
    const seconds = isNumber ? (words.at(-1) ?? '') : '';
    const { form, greeting } = readForm(new URLSearchParams({ name, seconds }));
    if (!greeting) {
      throw userError(`${form.errors.name ?? form.errors.seconds} For example: npm run stage greet Ziggy 10`);
    }
    const workflowId = workflowIdFor(greeting, newForm().token);
    const status = await stageStatus();
    await withClient((client) => startGreeting(client, workflowId, greeting), status);
    const { app } = status?.ports ?? readPorts();
    print(`http://127.0.0.1:${app}/greetings/${workflowId}`);
  },
};
