/** English. Every sentence of the page, by place; functions where numbers or names belong into a sentence. */

import { cameraTexts } from './en-cameras.js';
import { channelTexts } from './en-channels.js';
import { incidentTexts } from './en-incidents.js';
import { ruleTexts } from './en-rules.js';
import { systemTexts } from './en-system.js';

const plural = (count, one, many) => (count === 1 ? one : many);

export const en = {
  product: 'Maskwatch',
  tagline: 'Sees whether masks are worn. Keeps to your own machines.',
  loading: 'Loading…',
  fullScreen: 'Full screen',

  actions: {
    add: 'Add', cancel: 'Cancel', close: 'Close', copy: 'Copy', delete: 'Delete', edit: 'Edit', save: 'Save changes',
    tryAgain: 'Try again',
  },

  errors: {
    unreachable: 'Maskwatch cannot be reached. Check that it is running and that this device is on its network.',
    unreadable: 'The answer of Maskwatch could not be read. Try again; if it stays so, look at its log.',
    unexpected: (status) => `Something went wrong (${status}). Try again; if it stays so, look at the log of Maskwatch.`,
    page: 'This page could not be shown. Try again, or reload it.',
  },

  notFound: {
    title: 'Page not found', message: 'There is nothing at this address.', action: 'Go to the live wall',
  },

  sections: {
    wall: 'Live', incidents: 'Incidents', statistics: 'Statistics', cameras: 'Cameras', rules: 'Rules', channels: 'Channels',
    try: 'Try it', system: 'System',
  },

  shell: {
    navigation: 'Main', more: 'More', skip: 'Skip to content',
    demoTitle: 'Demo.', demo: 'These cameras are simulated.',
    connection: { live: 'Live', connecting: null, reconnecting: 'Reconnecting…', off: null },
    theme: {
      system: 'Colours: as the system. Switch to light', light: 'Colours: light. Switch to dark',
      dark: 'Colours: dark. Switch to the system’s',
    },
    account: (name) => `Account of ${name}`,
    changePassword: 'Change password', signOut: 'Sign out',
    openIncidents: (count) => `${count} open ${plural(count, 'incident', 'incidents')}`,
  },

  roles: { administrator: 'Administrator', viewer: 'Viewer' },

  setup: {
    title: 'Welcome', lead: 'Create your account. You will be the administrator: you add cameras, rules and other people.',
    linkNeeded: 'To set up Maskwatch, open the one-time link that it printed when it started.',
    name: 'Your name', password: 'Password', again: 'Password, again', different: 'The two passwords differ.',
    action: 'Create account',
  },

  signIn: {
    title: 'Sign in', name: 'Name', password: 'Password', action: 'Sign in',
    wrong: 'Name and password do not match. Check both and try again.',
    tooMany: (wait) => `Too many attempts. ${wait ? `Try again in ${wait}.` : 'Wait a little and try again.'}`,
    forgotten: 'Forgot your password? An administrator can set a new one.',
  },

  password: {
    title: 'Change password', titleFor: (name) => `New password for ${name}`,
    show: 'Show the password', current: 'Current password', new: 'New password', help: 'At least 12 characters. A few words in a row are good and easy to remember.',
    done: 'The password was changed.',
  },

  masks: {
    legend: 'What the marks mean',
    worn_correctly: { label: 'Mask worn', explanation: 'Nose, mouth and chin are covered.' },
    worn_incorrectly: { label: 'Worn wrongly', explanation: 'There is a mask, but it does not cover nose and mouth.' },
    without: { label: 'No mask', explanation: 'The face is seen and has no mask.' },
    unknown: { label: 'Unclear', explanation: 'Too small, turned away or covered. Never counts as a violation.' },
  },

  faces: {
    summary: (count, parts) => (count === 0 ? 'No faces' : `${count} ${plural(count, 'face', 'faces')}: ${parts}`),
    sure: (label, mask, face) => `${label}: ${mask} sure. A face: ${face} sure.`,
    pictureOf: (camera, faces) => `Picture of ${camera}. ${faces}`,
    noPicture: 'No picture yet', pictureGone: 'This picture is no longer kept',
  },

  filters: { state: 'State', camera: 'Camera', allCameras: 'All cameras', all: 'All' },

  statistics: {
    lead: 'How well masks are worn, over time.',
    range: 'Range', ranges: { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' },
    compliance: 'Masks worn correctly', complianceDetail: 'of all faces that could be judged',
    sightings: 'Sightings', sightingsDetail: 'faces in all pictures',
    withoutDetail: 'sightings', incorrectDetail: 'sightings',
    pictures: 'Pictures', picturesDetail: 'looked at',
    complianceTitle: 'Masks worn correctly over time', complianceLabel: 'Line chart: share of masks worn correctly over time',
    sightingsTitle: 'Sightings over time', sightingsLabel: 'Bar chart: sightings by mask state over time',
    sightingsNote: 'A sighting is one face in one picture. Somebody who stays in view is sighted in every picture, so these are not people.',
    picturesTaken: (count) => (count === 0 ? 'No pictures' : `${count} ${plural(count, 'picture', 'pictures')}`),
    time: 'Time', asTable: 'The numbers as a table', download: 'Download as CSV', noPictures: 'No pictures', noCharts: 'The charts could not be loaded. The numbers are in the table.',
    emptyTitle: (range) => `Nothing in the last ${range.toLowerCase()}`,
    emptyMessage: 'Statistics begin with the first picture. Choose a longer range, or look whether the cameras are online.',
    more: 'All statistics of this camera',
    incidents: 'Incidents', incidentsDetail: 'opened', expected: (share) => `${share} of those planned`,
    site: 'Site', allSites: 'All sites', zone: 'Zone', wholePicture: 'Whole picture', compare: 'Compare with the time before', before: 'Before',
    better: (change) => `${change} points more than before`, worse: (change) => `${change} points less than before`, same: 'As before',
    moreThan: (change) => `${change} more than before`, fewer: (change) => `${change} fewer than before`,
    weekTitle: 'The hours of the week', weekLead: (range) => `Over the last ${range}, by the clock in`, weekMeasure: 'Show', weekMeasures: { compliance: 'Correct masks', without: 'No mask', incidents: 'Incidents' },
    weekdays: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'], weekCell: (day, hour, value) => `${day}, ${hour} to ${hour + 1} o’clock: ${value}`, weekNothing: 'nothing seen',
    weekRanges: { week: '7 days', month: '30 days' },
    gap: 'Grey: fewer than half of the planned pictures were taken.', missing: (count, planned) => `${count} of ${planned} planned pictures`,
  },

  tryIt: {
    title: 'Try it', lead: 'Give Maskwatch a picture and see what it sees. The picture is not kept.',
    drop: 'Drop a picture here', choose: 'Choose a picture', limits: 'or paste one. JPEG or PNG, at most 32 MB.',
    waiting: 'Looking for faces…', failed: 'That did not work.', noFaces: 'No face was found in this picture.', unnamed: 'This file',
    wrongKind: (name) => `${name} is not a JPEG or PNG picture. Choose another file.`,
    tooLarge: 'This picture is larger than 32 MB. Make it smaller and try again.', emptyFile: 'This file is empty.',
    timings: 'How long it took',
    steps: { decode: 'Reading the picture', detect: 'Finding faces', classify: 'Judging masks', total: 'Together' },
    faceScores: (mask, face) => `${mask} sure · face ${face}`,
  },

  secret: {
    once: 'It is shown only now. Keep it in a safe place before you close this.', kept: 'I have kept it',
    copied: 'Copied', copyByHand: 'Press Ctrl+C',
  },

  ...cameraTexts,
  ...channelTexts,
  ...incidentTexts,
  ...ruleTexts,
  ...systemTexts,
};
