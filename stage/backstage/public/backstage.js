// The presenter's page: shows what backstage sends, and sends what is pressed. A switch must be held, so that a pocket kills nothing.
const HOLD_MS = 500;
const RETRY_MS = 500;
const KEEP_MS = 15_000;
const desk = document.getElementById('desk');
const said = document.getElementById('said');

let holding;
/** What came while a finger was down: a button that is replaced under it would never be pressed. */
let waiting;
let isDown = false;
let keptUntil = 0;
let stream;

function tell(sentence = '') {
  said.textContent = sentence;
}

/** Longer than until the next news. */
function keepTelling(sentence) {
  tell(sentence);
  keptUntil = Date.now() + KEEP_MS;
}

function show(html) {
  if (isDown) {
    waiting = html;
    return;
  }
  const focused = document.activeElement?.id;
  const before = document.getElementById('script');
  const [step, top] = [before?.dataset.step, before?.scrollTop];
  const isOpen = document.getElementById('drills')?.hidden === false;
  desk.innerHTML = html;
  if (isOpen) document.getElementById('drills').hidden = false;
  const now = document.getElementById('script');
  if (now.dataset.step === step) now.scrollTop = top;
  if (focused) document.getElementById(focused)?.focus();
}

function connect() {
  stream?.close();
  stream = new EventSource('/events');
  stream.onmessage = ({ data }) => {
    if (Date.now() > keptUntil) tell();
    show(data);
  };
  stream.onerror = () => {
    tell('Backstage does not answer. It carries on by itself; if it does not, run: npm run backstage');
    if (stream.readyState === EventSource.CLOSED) setTimeout(again, RETRY_MS);
  };
}

/** A browser gives up on a stream that was refused: either another device has come backstage, or nobody is there yet. */
async function again() {
  const answer = await fetch('/events', { method: 'HEAD' }).catch(() => undefined);
  if (answer?.status === 401) location.reload();
  else connect();
}

async function post(path, body) {
  const headers = { 'content-type': 'application/json', 'x-backstage': '1' };
  try {
    const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) return keepTelling(await answer.text());
    const { says } = await answer.json();
    if (says) keepTelling(says);
  } catch {
    tell('Backstage does not answer. Press again when it is back.');
  }
}

function press(button) {
  const { press, seq, drill } = button.dataset;
  button.disabled = true;
  document.getElementById('drills').hidden = true;
  void post('/press', { do: press, seq: Number(seq), drill });
}

desk.addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  if (!button || button.disabled) return;
  if (button.dataset.press) press(button);
  else if (button.dataset.post) void post(button.dataset.post, {});
  else if (button.dataset.open) {
    const list = document.getElementById(button.dataset.open);
    list.hidden = !list.hidden;
  }
});

function begin(button) {
  letGo();
  button.classList.add('held');
  holding = setTimeout(() => {
    const { switch: name, to } = button.dataset;
    letGo();
    void post('/switch', { name, to });
  }, HOLD_MS);
}

function letGo() {
  clearTimeout(holding);
  holding = undefined;
  for (const held of document.querySelectorAll('.held')) held.classList.remove('held');
}

/** The click comes after the finger has gone up. */
function up() {
  letGo();
  setTimeout(() => {
    isDown = false;
    if (waiting) show(waiting);
    waiting = undefined;
  });
}

desk.addEventListener('pointerdown', ({ target }) => {
  isDown = true;
  const button = target.closest('[data-switch]');
  if (button) begin(button);
});
for (const event of ['pointerup', 'pointercancel', 'blur']) addEventListener(event, up);
desk.addEventListener('contextmenu', (event) => event.preventDefault());

// A clicker is a keyboard with two keys.
const KEYS = { PageDown: 'next', ArrowRight: 'next', PageUp: 'back', ArrowLeft: 'back' };
addEventListener('keydown', (event) => {
  const button = KEYS[event.key] && document.getElementById(KEYS[event.key]);
  if (event.repeat || !button) return;
  event.preventDefault();
  if (!button.disabled) press(button);
});

// A phone that was asleep has lost its stream, and may not know it.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') connect();
});
connect();
