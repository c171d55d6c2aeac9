// The look of the deck: fonts from packages, so that nothing is fetched, the timeline of the page, and our own style sheet.
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '../../hello-ip/web/public/timeline.css';
import './deck.css';
