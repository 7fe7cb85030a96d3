/** Who is signed in, and what the server said about itself. */

import { api } from './api.js';

/**
 * @typedef {{ id: string, name: string, role: 'administrator' | 'viewer' }} User
 * @typedef {{ setup_required: boolean, demo: boolean, user: User | null }} Session
 */

/** @type {Session} */
let current = { setup_required: false, demo: false, user: null };

export const session = {
  get user() { return current.user; },
  get isDemo() { return current.demo; },
  get needsSetup() { return current.setup_required; },
  get isAdministrator() { return current.user?.role === 'administrator'; },
};

/** Asks the server. */
export async function refreshSession() {
  current = await api.session();
}

/** @param {User | null} user */
export function setUser(user) {
  current = { ...current, user, setup_required: user ? false : current.setup_required };
}

/** The user in an answer of `setup` or of signing in, wrapped or not. */
export function userIn(answer) {
  return answer?.user ?? answer;
}
