/** English: incidents and rules. */

const plural = (count, one, many) => (count === 1 ? one : many);

/** A rule as a sentence. */
function ruleInWords({ minimum_faces: faces, counts_incorrect: countsIncorrect, where, confirmation, release }) {
  const kind = countsIncorrect ? 'without a mask, or with one worn wrongly,' : 'without a mask';
  const pictures = confirmation === 1 ? 'in 1 picture' : `in ${confirmation} pictures in a row`;
  const end = release === 1 ? '1 picture' : `${release} pictures in a row`;
  return `When at least ${faces} ${plural(faces, 'face', 'faces')} ${kind} ${plural(faces, 'is', 'are')} seen on ${where} ${pictures}, `
    + `open an incident; close it after ${end} without.`;
}

export const incidentTexts = {
  incidentStates: { open: 'Open', closed: 'Closed' },
  severities: { info: 'Info', warning: 'Warning', critical: 'Critical' },

  incidents: {
    lead: 'What broke your rules, newest first.',
    acknowledge: 'Acknowledge', acknowledged: 'Acknowledged', acknowledgedBy: (name) => `Seen by ${name}`, acknowledgedDone: 'Acknowledged.',
    acknowledgedAt: (name, time) => `${name}, ${time}`,
    atMost: (count) => `up to ${count} ${plural(count, 'face', 'faces')}`,
    older: 'Show older', cameraGone: 'a deleted camera',
    noneOpenTitle: 'All quiet', noneOpenMessage: 'No incident is open right now.',
    noneTitle: 'No incidents', noneMessage: 'When a rule is broken, the incident appears here with its picture.', toRules: 'See the rules',
    evidence: 'The picture with the most faces against the rule.',
    what: 'What happened', state: 'State', severity: 'Severity', camera: 'Camera', opened: 'Opened', closed: 'Closed', duration: 'Duration',
    peak: 'Most faces at once', pictures: 'Pictures against the rule',
  },

  rules: {
    lead: 'When to open an incident, and when it is over.',
    add: 'Add rule', addFirst: 'Add your first rule', addTitle: 'Add a rule', editTitle: 'Edit rule',
    editNamed: (name) => `Edit ${name}`, deleteNamed: (name) => `Delete ${name}`, enabledNamed: (name) => `${name} is on`,
    emptyTitle: 'No rules yet', emptyMessage: 'A rule says when pictures become an incident. Without one, Maskwatch only counts.',
    name: 'Name', namePlaceholder: 'No mask at the entrance',
    inWords: ruleInWords,
    /** The sentence of the form; the words in the list that name a gap become controls. */
    sentence: ['When at least ', 'faces', ' faces ', 'kinds', ' are seen on ', 'where', ' in ', 'confirmation',
      ' pictures in a row, open an incident; close it after ', 'release', ' pictures in a row without.'],
    minimumFaces: 'How many faces', kinds: 'Which faces', where: 'On which cameras', confirmation: 'Pictures in a row that open it',
    release: 'Pictures in a row that close it',
    withoutOnly: 'without a mask', withoutOrWrong: 'without a mask or with one worn wrongly',
    allCameras: 'all cameras', someCameras: 'these cameras', watched: 'Cameras this rule watches', chooseCamera: 'Choose at least one camera, or all cameras.',
    cameraGone: 'a deleted camera', severity: 'Severity', severityHelp: 'Goes with the incident into every message.', enabled: 'This rule is on', off: 'Off',
    added: (name) => `The rule “${name}” was added.`, saved: (name) => `The rule “${name}” was saved.`, deleted: (name) => `The rule “${name}” was deleted.`,
    turnedOn: (name) => `“${name}” is on.`, turnedOff: (name) => `“${name}” is off.`,
    deleteTitle: (name) => `Delete the rule “${name}”?`, deleteMessage: 'It opens no more incidents. The ones it has opened stay.', deleteAction: 'Delete rule',
  },
};
