// The words of a step, sorted by what they are for: what to do, what the room sees, what to say, ask and answer. As HTML.
import { marked, type Token, type Tokens } from 'marked';

const LABEL = /^\*\*(Do|The room sees|Ask|Answer):\*\*\s*/;

/** What a paragraph of the notes is. */
export type Kind = 'do' | 'sees' | 'say' | 'ask' | 'answer' | 'text';

const KINDS: Record<string, Kind> = { Do: 'do', 'The room sees': 'sees', Ask: 'ask', Answer: 'answer' };

/** One paragraph. */
export interface Words {
  kind: Kind;
  html: string;
}

/** The paragraphs in their order. The notes are our own; links in them lead nowhere here, and only their words stay. */
export function wordsOf(tokens: readonly Token[]): Words[] {
  return tokens.flatMap((token): Words[] => {
    if (token.type === 'blockquote') return [{ kind: 'say', html: inline(textOf(token)) }];
    if (token.type === 'list')
      return (token as Tokens.List).items.map((item) => ({ kind: 'text', html: inline(item.text) }));
    if (token.type !== 'paragraph') return [];
    const [whole = '', label = ''] = LABEL.exec(token.raw) ?? [];
    return [{ kind: KINDS[label] ?? 'text', html: inline(token.raw.slice(whole.length)) }];
  });
}

function textOf(token: Token): string {
  return ((token as Tokens.Blockquote).tokens ?? [])
    .map((each) => ('text' in each ? each.text : ''))
    .join('\n\n');
}

function inline(markdown: string): string {
  const html = marked.parseInline(markdown.replace(/\s*\n\s*/g, ' ').trim(), { async: false });
  return html.replace(/<\/?a[^>]*>/g, '');
}
