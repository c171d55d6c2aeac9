// The look of the deck: fonts from packages, so that nothing is fetched, and our own style sheet.
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './deck.css';
