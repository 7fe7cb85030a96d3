/** English: rules, sites and zones. */

const plural = (count, one, many) => (count === 1 ? one : many);
const percent = (share) => `${Math.round(share * 1000) / 10}\u202f%`;

function lasting(seconds) {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600} ${plural(seconds / 3600, 'hour', 'hours')}`;
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60} ${plural(seconds / 60, 'minute', 'minutes')}`;
  return `${seconds} ${plural(seconds, 'second', 'seconds')}`;
}

const whichFaces = (countsIncorrect) => (countsIncorrect ? 'without a mask, or with one worn wrongly' : 'without a mask');

const conditions = {
  faces: (rule) => `at least ${rule.minimum_faces} ${plural(rule.minimum_faces, 'face', 'faces')} ${whichFaces(rule.counts_incorrect)}`,
  share: (rule) => `at least ${percent(rule.minimum_share)} of ${rule.minimum_faces} or more faces ${whichFaces(rule.counts_incorrect)}`,
  compliance: (rule) => `less than ${percent(rule.below)} of masks worn correctly over ${lasting(rule.window)}`,
  camera: (rule) => ({ offline: 'a camera is offline', degraded: 'a camera gives late or bad pictures', covered: 'a camera is covered or dark' })[rule.trouble],
  overloaded: (rule) => `pictures wait longer than ${lasting(rule.delay)} to be looked at`,
};

function confirmed(confirmation) {
  if ('seconds' in confirmation) return confirmation.seconds ? `for ${lasting(confirmation.seconds)}` : 'at once';
  const { pictures, of } = confirmation;
  if (of === 1) return 'in 1 picture';
  return pictures === of ? `in ${of} pictures in a row` : `in ${pictures} of ${of} pictures`;
}

/** A rule as a sentence. */
function inWords({ condition, confirmation, release, where }) {
  const place = condition.kind === 'overloaded' ? '' : ` on ${where}`;
  return `When ${conditions[condition.kind](condition)}${place}, ${confirmed(confirmation)}, open an incident. Close it when that is over ${confirmed(release)}.`;
}

export const ruleTexts = {
  rules: {
    lead: 'When to open an incident, and when it is over.',
    add: 'Add rule', addFirst: 'Add your first rule', addTitle: 'Add a rule', editTitle: 'Edit rule', saveChanges: 'Save rule',
    editNamed: (name) => `Edit ${name}`, deleteNamed: (name) => `Delete ${name}`, enabledNamed: (name) => `${name} is on`,
    emptyTitle: 'No rules yet', emptyMessage: 'A rule says when pictures become an incident. Without one, Maskwatch only counts.',
    name: 'Name', namePlaceholder: 'No mask at the entrance', inWords,
    allCameras: 'all cameras', cameraGone: 'a deleted camera', zoneIn: (zone, camera) => `${zone} (${camera})`, siteOf: (name) => `every camera of ${name}`,
    off: 'Off', snoozed: (until) => `Snoozed until ${until}`, hours: 'Only at set hours',
    added: (name) => `The rule “${name}” was added.`, saved: (name) => `The rule “${name}” was saved.`, deleted: (name) => `The rule “${name}” was deleted.`,
    turnedOn: (name) => `“${name}” is on.`, turnedOff: (name) => `“${name}” is off.`,
    deleteTitle: (name) => `Delete the rule “${name}”?`, deleteMessage: 'It opens no more incidents. The ones it has opened stay.', deleteAction: 'Delete rule',
    snooze: 'Snooze', snoozeNamed: (name) => `Snooze ${name}`, snoozeTitle: (name) => `Snooze “${name}”`, wake: 'End snooze',
    snoozeMessage: 'Incidents still open and close; nobody is told until then. Afterwards one summary says what happened.',
    snoozeFor: { 3600: '1 hour', 14400: '4 hours', 43200: '12 hours', 86400: '1 day', 604800: '1 week' },
    snoozeDone: (name) => `“${name}” is snoozed.`, wakeDone: (name) => `“${name}” tells people again.`,
  },

  ruleForm: {
    what: 'What', where: 'Where', when: 'How long', hours: 'At which hours', messages: 'Messages',
    kind: 'This rule watches for',
    kinds: {
      faces: { title: 'Faces without a mask', detail: 'A number of faces in one picture' },
      share: { title: 'A share of faces', detail: 'So many of all the faces in one picture' },
      compliance: { title: 'Low compliance', detail: 'The share of correct masks over some time' },
      camera: { title: 'A camera in trouble', detail: 'Offline, late, or covered' },
      overloaded: { title: 'An overloaded system', detail: 'Pictures wait too long' },
    },
    minimumFaces: 'At least', minimumFacesOf: 'Of at least', facesUnit: 'faces', releaseFaces: 'Over when at most', releaseFacesHelp: 'A picture with at most this many counts as clear. The gap keeps an incident from flickering.',
    share: 'At least', shareUnit: '% of them', releaseShare: 'Over when', releaseShareUnit: '% or less',
    below: 'Below', belowUnit: '% correct', complianceRelease: 'Over from', complianceReleaseUnit: '% on', window: 'Looking back', minutesUnit: 'minutes', enoughFaces: 'Only with at least',
    which: 'Faces that count', without: 'without a mask', withoutOrWrong: 'without a mask, or with one worn wrongly', unknownNote: 'A face that cannot be judged never counts.',
    trouble: 'Trouble', troubles: { offline: 'Offline: no connection', degraded: 'Degraded: late or bad pictures', covered: 'Covered: the pictures show nothing' },
    delay: 'Pictures wait longer than', secondsUnit: 'seconds',
    everywhere: 'Every camera', chosen: 'Chosen places', places: 'Places this rule watches', cameras: 'Cameras', sites: 'Sites', zones: 'Zones', choosePlace: 'Choose at least one place, or every camera.',
    system: 'The whole system.',
    opens: 'Opens an incident', closes: 'Closes it', inPictures: 'in pictures', forSeconds: 'for a time', pictures: 'Pictures', of: 'of the last',
    always: 'Always', onlyAt: 'Only at these hours', hoursNote: 'By the clock of the site. An end before its beginning means the next morning.',
    weekdays: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    from: (day) => `${day} from`, to: (day) => `${day} to`, addHours: (day) => `Add hours on ${day}`, removeHours: (day) => `Remove hours on ${day}`, notAtAll: 'not watched',
    workdays: 'Working days, 8 to 18', wholeWeek: 'All week', nights: 'Nights, 22 to 6',
    holidays: 'Days without watching', holidaysHelp: 'Such as 2026-12-24, separated by commas.', override: 'For now', overrides: { none: 'As the hours say', off: 'Off until', on: 'On until' }, until: 'Until',
    severity: 'Severity', severityHelp: 'Goes with the incident into every message.',
    coolDown: 'Quiet after a message', coolDownHelp: 'About the same camera or zone. The end of what was told is always told.', perHour: 'At most an hour', perHourHelp: 'Empty: no limit. What is held back is told in a summary.', messagesUnit: 'messages',
    enabled: 'This rule is on',
    tryTitle: 'Try it on the past', tryLead: 'What this rule would have raised on the pictures that are still there. Nothing is saved or sent.', tryDays: 'Last', daysUnit: 'days', tryAction: 'Try it', tryKind: 'Rules on cameras and the system cannot be tried on the past.',
    tryResult: (count, messages, pictures) => `${count} ${plural(count, 'incident', 'incidents')} and ${messages} ${plural(messages, 'message', 'messages')} from ${pictures} ${plural(pictures, 'picture', 'pictures')}`,
    tryNothing: 'No incident. Perhaps the rule is too strict, or all was well.', tryNoPictures: 'There are no pictures of these places in this time.', tryCut: 'There were more pictures than a trial looks at: these are the newest.',
    tryMore: (count) => `and ${count} more`, faces: (count) => `up to ${count} ${plural(count, 'face', 'faces')}`, stillOpen: 'still open',
  },

  zones: {
    title: (camera) => `Zones of ${camera}`, link: 'Zones', lead: 'Parts of the picture: what counts, what does not, and what nobody may see.',
    kinds: { count: 'Count here', ignore: 'Ignore', blackout: 'Black out' },
    kindHelp: {
      count: 'Faces count only inside such zones. Rules and statistics can name them.',
      ignore: 'Faces inside do not count.',
      blackout: 'Painted black before a picture is stored. Pictures that were stored before keep what they show.',
    },
    add: 'Add zone', name: 'Name', kind: 'What happens here', newName: (number) => `Zone ${number}`, remove: (name) => `Delete ${name}`,
    empty: 'No zones: the whole picture counts.', hint: 'Drag the corners. Press a small dot on an edge to add a corner there.',
    keyboard: 'With the keyboard: Tab to a corner, arrow keys move it (with Shift faster), Delete removes it.',
    corner: (zone, number) => `${zone}, corner ${number}`, edge: (zone, number) => `${zone}: add a corner after corner ${number}`,
    saved: 'The zones were saved. They hold from the next picture on.', noPicture: 'This camera has no picture yet. Zones can be drawn without one.',
    unsaved: 'Not saved yet',
  },

  sites: {
    link: 'Sites', title: 'Sites', lead: 'A site is a group of cameras with one clock on the wall. Its days, hours and schedules follow that clock.',
    name: 'Name', namePlaceholder: 'Main street shop', timeZone: 'Time zone', add: 'Add site', edit: (name) => `Edit ${name}`, remove: (name) => `Delete ${name}`,
    empty: 'No sites: every camera keeps the clock of the installation.', none: 'No site', field: 'Site', saved: (name) => `${name} was saved.`, removed: (name) => `${name} was deleted.`,
    deleteTitle: (name) => `Delete ${name}?`, deleteMessage: 'Its cameras stay and keep the clock of the installation.', deleteAction: 'Delete site',
  },
};
