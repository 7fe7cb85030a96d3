/** English: incidents and corrections. */

const plural = (count, one, many) => (count === 1 ? one : many);

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
    falseAlarmChip: 'False alarm', noneTitle: 'No incidents', noneMessage: 'When a rule is broken, the incident appears here with its picture.', toRules: 'See the rules',
    evidence: 'The picture with the most faces against the rule.',
    what: 'What happened', state: 'State', severity: 'Severity', camera: 'Camera', opened: 'Opened', closed: 'Closed', duration: 'Duration',
    peak: 'Most faces at once', pictures: 'Pictures against the rule', zone: 'Zone', system: 'The system', zoneGone: 'a deleted zone', noPicture: 'No picture decided on this',
    evidenceTitle: (count) => `${count} ${plural(count, 'picture', 'pictures')}`, evidenceGone: 'Its pictures have been deleted.',
    falseAlarm: 'False alarm', notFalse: 'Not a false alarm', falseAlarmHint: 'Nothing was wrong? Say so, and correct the picture: Maskwatch learns from it.',
    falseAlarmDone: 'Marked as a false alarm.', notFalseDone: 'No longer a false alarm.', falseAlarmBy: (name, time) => `${name}, ${time}`,
    comments: 'Comments', noComments: 'Nobody has written anything yet.', comment: 'Write a comment', send: 'Send', commented: 'Your comment was added.',
  },

  correction: {
    title: 'Correct this picture', lead: 'What do you see? Corrected pictures become training data and are kept.',
    face: (number) => `Face ${number}`, none: 'Maskwatch found no face here.', mask: (number) => `What face ${number} wears`, notAFace: 'Not a face', save: 'Save correction', undo: 'Take correction back',
    saved: 'The correction was saved.', undone: 'The correction was taken back.', by: (name, time) => `Corrected by ${name}, ${time}`,
  },
};
