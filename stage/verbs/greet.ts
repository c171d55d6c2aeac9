// npm run stage greet <name> [seconds]
import { startGreeting } from '../../hello-ip/client.ts';
import { readPort } from '../../hello-ip/settings.ts';
import { userError } from '../../hello-ip/user-error.ts';
import { newForm, readForm, workflowIdFor } from '../../hello-ip/web/form.ts';
import { withClient } from '../service-client.ts';
import type { Verb } from '../verb.ts';

export const verb: Verb = {
  usage: 'greet <name> [seconds]',
  about: 'what the form does; prints the page of the greeting',
  async run(words, say) {
    const isNumber = words.length > 1 && /^\d+$/.test(words.at(-1) ?? '');
    const name = (isNumber ? words.slice(0, -1) : words).join(' ');
    const seconds = isNumber ? (words.at(-1) ?? '') : '';
    const { form, greeting } = readForm(new URLSearchParams({ name, seconds }));
    if (!greeting) {
      throw userError(`${form.errors.name ?? form.errors.seconds} For example: npm run stage greet Ziggy 10`);
    }
    const workflowId = workflowIdFor(greeting, newForm().token);
    await withClient((client) => startGreeting(client, workflowId, greeting));
    say(`http://127.0.0.1:${readPort('APP_PORT', 8000)}/greetings/${workflowId}`);
  },
};
