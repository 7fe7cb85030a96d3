/** A button that shows something in full screen, and back. */

import { text } from '../text/index.js';
import { iconButton } from './panels.js';

/** @param {() => HTMLElement} element what to show */
export function fullScreenButton(element) {
  const button = iconButton('expand', text.fullScreen, () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else element().requestFullscreen();
  });
  button.hidden = !document.fullscreenEnabled; // Phones of one maker cannot.
  return button;
}
