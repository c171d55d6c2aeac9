// The key k: runs the next step of the drill on the slide, when the presenter has allowed it in this browser.
import { useNav } from '@slidev/client';
import { onMounted, onUnmounted, type Ref, ref } from 'vue';

const KEY = 'k';
/** Of this window only: gone with it. */
const KEPT_AS = 'backstage';
const SHOWN_MS = 4000;

/** What backstage has answered, for a moment. */
export function useKey(): Ref<string> {
  const said = ref('');
  const { currentSlideRoute, isPrintMode } = useNav();
  if (!import.meta.env.VITE_LIVE || isPrintMode.value) return said;
  let fading: ReturnType<typeof setTimeout> | undefined;

  function tell(sentence: string): void {
    said.value = sentence;
    clearTimeout(fading);
    fading = setTimeout(() => {
      said.value = '';
    }, SHOWN_MS);
  }

  async function press(): Promise<void> {
    const { drill } = currentSlideRoute.value.meta.slide.frontmatter;
    if (!drill) return tell('This slide has no drill.');
    const key = sessionStorage.getItem(KEPT_AS) ?? (await allow(tell));
    if (!key) return;
    const { counts, says } = await post('next', { key, drill });
    if (!says) return tell(counts ? `Next step of ${drill}` : 'The step before is still running.');
    sessionStorage.removeItem(KEPT_AS);
    tell(says);
  }

  const onKey = (event: KeyboardEvent) => {
    const isTyped =
      event.target instanceof HTMLElement && event.target.matches('input, textarea, [contenteditable]');
    if (event.key !== KEY || event.repeat || event.ctrlKey || event.metaKey || isTyped) return;
    void press().catch(() => tell('The server of the slides does not answer. Start it: npm run slides'));
  };
  onMounted(() => addEventListener('keydown', onKey));
  onUnmounted(() => removeEventListener('keydown', onKey));
  return said;
}

async function allow(tell: (sentence: string) => void): Promise<string | undefined> {
  const digits = prompt('The four digits that backstage shows (Go to, Allow the deck)');
  if (!digits) return undefined;
  const { key, says } = await post('allow', { digits: digits.trim() });
  if (says) tell(says);
  if (key) sessionStorage.setItem(KEPT_AS, key);
  return key;
}

interface Answer {
  key?: string;
  counts?: boolean;
  /** Why not. */
  says?: string;
}

async function post(what: 'allow' | 'next', body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'x-backstage': '1' };
  const answer = await fetch(`/backstage/${what}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return answer.json();
}
