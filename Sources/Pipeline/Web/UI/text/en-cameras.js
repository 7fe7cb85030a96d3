/** English: the wall and the cameras. */

const plural = (count, one, many) => (count === 1 ? one : many);

export const cameraTexts = {
  wall: {
    title: 'Live', never: 'no picture yet',
    show: 'Cameras to show', showAll: 'All', showAttention: 'Needs attention', allWell: 'Every camera is online and no incident is open.',
    openIncidents: (count) => (count === 1 ? 'Open incident' : `${count} open incidents`),
    summary: (count, online) => `${online} of ${count} ${plural(count, 'camera', 'cameras')} online`,
    emptyTitle: 'No cameras yet',
    emptyMessage: 'Add your first camera. You can test it before anything is saved, and its pictures appear here.',
    emptyViewer: 'As soon as an administrator adds a camera, its pictures appear here.',
    noPicture: {
      waiting: 'Waiting for the first picture', offline: 'No picture: not connected', disabled: 'Switched off', online: 'Waiting for the first picture',
    },
  },

  nextStep: {
    hide: 'Put this hint away',
    rules: { message: 'Faces are counted, but no incident opens yet.', action: 'Add a rule' },
    channels: { message: 'Nobody is told of incidents yet.', action: 'Add a channel' },
  },

  cameraStates: { online: 'Online', degraded: 'Degraded', offline: 'Offline', disabled: 'Off', waiting: 'Starting' },
  cameraStateHints: {
    degraded: 'Pictures arrive late or broken.', offline: 'There is no connection to the camera.',
    disabled: 'Switched off. No pictures are taken.', waiting: 'Waiting to be connected.',
  },

  cameras: {
    lead: 'Where pictures come from, and how often.',
    add: 'Add camera', addFirst: 'Add your first camera', addTitle: 'Add a camera', editTitle: 'Edit camera', editNamed: (name) => `Edit ${name}`,
    backToCamera: 'Back to the camera',
    name: 'Name', nameHelp: 'What people call the place, so that everybody knows where it is.', namePlaceholder: 'Main entrance',
    enabled: 'Take pictures', enabledHelp: 'Off: the camera and its history stay, but no pictures are taken.',
    advanced: 'Connection details',
    added: (name) => `${name} was added. Its first picture comes in a moment.`, saved: (name) => `${name} was saved.`,
    deleted: (name) => `${name} was deleted.`,
    deleteTitle: (name) => `Delete ${name}?`,
    deleteMessage: 'Maskwatch stops watching this camera and forgets its address and password. Its pictures and incidents go with it. This cannot be undone.',
    deleteAction: 'Delete camera',
  },

  source: {
    address: 'Address', addressHelp: 'From the camera’s manual or its web page, beginning with rtsp:// or http://.',
    placeholder: 'rtsp://192.168.1.20:554/stream1',
    username: 'User (if it needs one)', password: 'Password (if it needs one)', passwordKept: 'Kept. Type to replace',
    forgetPassword: 'Forget the stored password',
    moved: 'User and password were moved from the address into their own fields, where they stay secret.',
    transport: 'How pictures travel', transportHelp: 'TCP suits nearly every camera. Choose UDP only if the camera asks for it.',
    tcp: 'TCP (reliable)', udp: 'UDP',
  },

  sampling: {
    title: 'How often to look',
    explanation: 'Maskwatch takes single pictures, not video. Looking more often notices more, and takes more computing.',
    presets: {
      entrance: { title: 'Entrance', detail: 'People pass quickly: 2 pictures every 2\u202fs' },
      room: { title: 'Room', detail: 'People stay a while: every 5\u202fs' },
      quiet: { title: 'Quiet place', detail: 'Little happens: every 30\u202fs' },
      own: { title: 'My own', detail: 'Set the numbers yourself' },
    },
    every: 'Look every', shots: 'Each time, take', spacing: 'Between them, wait', secondsUnit: 'seconds', picturesUnit: 'pictures',
    mode: 'Connection', modeHelp: 'A kept connection answers faster; connecting each time spares the network.',
    modes: { auto: 'Choose for me', persistent: 'Keep it open', 'on-demand': 'Connect each time' },
    seconds: (amount, count) => `${amount} ${plural(count, 'second', 'seconds')}`,
    single: (every) => `1 picture every ${every}`,
    burst: (shots, every, spacing) => `${shots} pictures, ${spacing} apart, every ${every}`,
    amount: (hour, day) => `About ${hour} an hour, ${day} a day.`,
  },

  probe: {
    title: 'Test', action: 'Test the camera',
    invitation: 'See the camera’s picture before you save. Nothing is stored.',
    waiting: 'Connecting to the camera…', works: 'It works.', failed: 'No picture.', pictureAlt: 'The picture the camera just gave',
    hints: {
      unauthorized: 'Many cameras have a user of their own for video; look for “RTSP” or “ONVIF” users in the camera’s settings.',
      not_found: 'The camera answers, but has no stream at this path. Its manual names the path after the address.',
      connection_refused: 'Something answers at this address, but not on this port. RTSP is usually port 554.',
      host_unknown: 'Check the spelling, or use the camera’s IP address instead of its name.',
      timeout: 'Check that the camera is switched on and that this server can reach its network.',
      codec_unsupported: 'In the camera’s settings choose H.264 or H.265 for this stream.',
      busy: 'Some cameras allow only a few viewers at once. Close another one and try again.',
    },
  },

  stream: {
    size: 'Picture size', codec: 'Video format', frameRate: 'Frame rate', firstPicture: 'Time to first picture',
    unknown: 'not told by the camera', perSecond: (rate) => `${rate} a second`, keyFrames: (seconds) => `key frame every ${seconds} s`,
  },

  camera: {
    status: 'Status', lastDay: 'Last 24 hours', incidents: 'Incidents', noIncidents: 'None so far.', recent: 'Recent pictures, newest first',
    backToLive: 'Back to live', live: 'Live', nothingYet: 'The first picture appears here as soon as it has been looked at',
    since: { online: 'Online for', offline: 'Offline for', degraded: 'Degraded for', disabled: 'Off for' }, sinceOther: 'For',
    lastPicture: 'Last picture', sampling: 'Looks', stream: 'Stream', taken: 'Pictures taken', skipped: 'Skipped, too busy',
    rejected: 'Rejected', added: 'Added',
  },

  rejections: {
    grey: 'grey', green: 'green', uniform: 'of one colour', torn: 'torn', corrupt: 'broken', picture_too_large: 'too large', no_key_frame: 'without a key frame',
  },
};
