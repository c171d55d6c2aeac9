// Shows that this page has lost the app, and retries the first connection if it fails.
const progress = document.getElementById('progress');
const RETRY_MS = 1000;

function lost(isLost) {
  document.documentElement.classList.toggle('lost-app', isLost);
}

progress.addEventListener('htmx:sse:after:connection', () => lost(false));
progress.addEventListener('htmx:sse:error', () => lost(true));
// htmx reconnects only a stream that was open once.
progress.addEventListener('htmx:error', () => {
  lost(true);
  setTimeout(() => progress.dispatchEvent(new Event('connect')), RETRY_MS);
});
