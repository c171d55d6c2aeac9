// What changes with the clock alone, which no server needs to send; and what is folded when its state changes.
const page = document.getElementById('progress');
/** The clock of the server, which may be another machine's. */
const ahead = Number(document.querySelector('main').dataset.now) - Date.now();
const opened = new Map();
let followed = '';

function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function tick() {
  const now = Date.now() + ahead;
  for (const time of page.querySelectorAll('time[data-begun]')) {
    const words = clock(now - Number(time.dataset.begun));
    if (time.textContent !== words) time.textContent = words;
  }
  for (const bar of page.querySelectorAll('progress[data-begun]'))
    bar.value = Math.min(99, (now - Number(bar.dataset.begun)) / 10 / Number(bar.dataset.seconds));
}

/** Opens and folds with the state, once: what somebody folds by hand stays as it is until the state changes. */
function fold() {
  for (const line of page.querySelectorAll('summary[data-open]')) {
    const { open } = line.dataset;
    if (opened.has(line.id) && opened.get(line.id) !== open) line.parentElement.open = open === 'true';
    opened.set(line.id, open);
  }
}

/** What is under way is in sight, and so is what went wrong. */
function follow() {
  const line = page.querySelector('.at-hand, div.line[data-state="failed"]');
  if (!line || line.id === followed) return;
  followed = line.id;
  line.scrollIntoView({ block: 'nearest' });
}

function draw() {
  tick();
  fold();
  follow();
}

new MutationObserver(draw).observe(page, {
  subtree: true,
  childList: true,
  attributeFilter: ['data-open', 'data-begun'],
});
setInterval(tick, 250);
draw();
