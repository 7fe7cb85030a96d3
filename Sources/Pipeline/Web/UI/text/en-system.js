/** English: the system, its people and tokens. */

const plural = (count, one, many) => (count === 1 ? one : many);

export const systemTexts = {
  system: {
    lead: 'Is every picture accounted for, and is there room for more?',
    pictures: 'Pictures',
    counts: { taken: 'Taken', observed: 'Looked at', in_flight: 'On their way', failed: 'Failed', expired: 'Expired' },
    countDetails: {
      taken: 'by all cameras', observed: 'faces found and counted', in_flight: 'waiting or being looked at', failed: 'given up, with a reason',
      expired: 'too old before their turn',
    },
    conserved: 'Every picture is accounted for: taken = looked at + on their way + failed + expired.',
    notConserved: (count, isMissing) =>
      `${count} ${isMissing ? 'taken but not accounted for' : 'more accounted for than taken'}. While pictures move this can last a moment; if it stays, please report it.`,
    queues: 'Queues', queueTitles: ['Queue', 'Waiting', 'In work', 'Given up', 'Oldest'], noQueues: 'No queues.',
    queueNames: { snapshots: 'Pictures to look at', observations: 'Results to count' },
    storage: 'Storage', used: 'Used by pictures', free: 'Free',
    about: 'About', version: 'Version', models: 'Models', noModels: 'none loaded',
  },

  deadLetters: {
    title: 'Given up', lead: 'What could not be done after several attempts, and why.', none: 'Nothing was given up.',
    again: 'Try again', revived: 'It will be tried again.', attempts: (count) => `${count} ${plural(count, 'attempt', 'attempts')}`,
  },

  users: {
    title: 'People', add: 'Add person', addTitle: 'Add a person', you: '(you)',
    name: 'Name', role: 'May', password: 'Password', roleHelp: 'Viewers look, acknowledge, comment and correct. Administrators change everything.',
    passwordOf: (name) => `New password for ${name}`, deleteNamed: (name) => `Remove ${name}`,
    deleteTitle: (name) => `Remove ${name}?`, deleteMessage: 'They are signed out everywhere and cannot sign in again.', deleteAction: 'Remove person',
    added: (name) => `${name} was added.`, deleted: (name) => `${name} was removed.`,
  },

  tokens: {
    title: 'API tokens', add: 'Add token', addTitle: 'Add an API token', none: 'No tokens. Programs need one to use the API.',
    name: 'Name', namePlaceholder: 'Dashboard', nameHelp: 'What will use it, so that you know what to remove later.',
    since: (time) => `Since ${time}`, deleteNamed: (name) => `Revoke ${name}`,
    deleteTitle: (name) => `Revoke ${name}?`, deleteMessage: 'Whatever uses this token loses access at once.', deleteAction: 'Revoke token',
    deleted: (name) => `${name} was revoked.`,
    secretTitle: 'Your token', secretMessage: 'Send it as “Authorization: Bearer …” with every request.',
  },
};
