// Brings the code in the address to backstage, and forgets it; on a phone it shows four digits until the terminal has said yes.
const said = document.getElementById('said');
const digits = document.getElementById('digits');
const code = location.hash.slice(1);
history.replaceState(null, '', '/');

function post(path, body) {
  const headers = { 'content-type': 'application/json', 'x-backstage': '1' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function pair() {
  const answer = await post('/pair', { code });
  if (!answer.ok) return tell(await answer.text());
  if (answer.headers.get('content-type')?.includes('json')) return location.reload();
  const reader = answer.body.getReader();
  const text = new TextDecoder();
  let heard = '';
  for (;;) {
    const { done, value } = await reader.read();
    heard += text.decode(value ?? new Uint8Array(), { stream: !done });
    const [shown, ticket] = heard.split('\n');
    digits.textContent = shown;
    if (!done) {
      tell('Is this what the terminal shows?');
      continue;
    }
    if (ticket === 'no' || !ticket) return tell('The terminal said no. Scan its next code.');
    const entered = await post('/enter', { ticket });
    if (entered.ok) return location.reload();
    return tell(await entered.text());
  }
}

function tell(sentence) {
  said.textContent = sentence;
}

if (code)
  pair().catch(() =>
    tell('Backstage does not answer. Wait a minute, or press Enter in its terminal for another code.'),
  );
