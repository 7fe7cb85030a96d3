/** English: channels, their kinds and their fields. */

/** Label, and where it is not plain what to enter: help and an example. */
const fields = {
  webhook: {
    address: { label: 'Address', help: 'Maskwatch posts a signed message to it (Standard Webhooks).', example: 'https://example.org/hook' },
  },
  telegram: {
    bot_token: { label: 'Bot token', help: 'Write to @BotFather in Telegram, send /newbot, and copy the token it answers.', example: '123456:ABC-DEF…' },
    chat_id: { label: 'Chat', help: 'The number of a chat or group the bot is in, or @name of a public channel. @getidsbot tells the number.', example: '-1001234567890' },
    topic_id: { label: 'Topic', help: 'Only for groups with topics: the number at the end of a link to the topic.' },
    server: { label: 'Bot API server', help: 'Change it only if you run a Bot API server of your own.' },
  },
  slack: {
    address: { label: 'Webhook address', help: 'In Slack: create an app, switch on Incoming Webhooks, add one to your channel, and copy its address.', example: 'https://hooks.slack.com/services/…' },
    bot_token: { label: 'Bot token, for pictures', help: 'Slack shows pictures only if they are uploaded. The token of a bot with the permission files:write, which is in the channel.', example: 'xoxb-…' },
    channel_id: { label: 'Channel, for pictures', help: 'At the end of the channel’s details in Slack.', example: 'C0123456789' },
    server: { label: 'Slack server', help: 'Change it only if your company has one of its own.' },
  },
  teams: {
    address: { label: 'Workflow address', help: 'In Teams: Workflows of the channel, “Post to a channel when a webhook request is received”, and copy its address. The older connectors no longer work.', example: 'https://….powerplatform.com/…' },
  },
  discord: {
    address: { label: 'Webhook address', help: 'In Discord: settings of the channel, Integrations, Webhooks, New webhook, Copy URL.', example: 'https://discord.com/api/webhooks/…' },
  },
  email: {
    host: { label: 'Mail server', help: 'The server that your mail program sends through (SMTP).', example: 'mail.example.org' },
    port: { label: 'Port', help: '587 with STARTTLS, 465 with TLS.' },
    security: { label: 'Encryption', choices: { starttls: 'STARTTLS', tls: 'TLS from the start', none: 'None, only for a server on this network' } },
    username: { label: 'User name', help: 'Empty if the server asks for none.' },
    password: { label: 'Password' },
    from: { label: 'From', example: 'maskwatch@example.org' },
    to: { label: 'To', help: 'Several addresses are separated by commas.', example: 'desk@example.org, manager@example.org' },
    report: { label: 'Regular report', help: 'Figures and charts of the day or week before, beside the one before that.', choices: { off: 'None', daily: 'Every day', weekly: 'Every Monday' } },
    report_hour: { label: 'Report at', help: 'Full hour, 0 to 23, by the clock of the place it is about.' },
    report_site: { label: 'Report about', all: 'All cameras' },
  },
  ntfy: {
    server: { label: 'Server', help: 'ntfy.sh, or a server of your own.' },
    topic: { label: 'Topic', help: 'Whoever knows its name can read it: choose one that nobody guesses, or use a token.', example: 'shop-masks-4x7k' },
    token: { label: 'Access token', help: 'Only if the topic is protected.' },
  },
  gotify: {
    server: { label: 'Server', example: 'https://gotify.example.org' },
    token: { label: 'Token of the application', help: 'In Gotify: Apps, Create application.' },
  },
  mqtt: {
    host: { label: 'Broker', help: 'Name or address of the machine that the broker runs on.', example: 'homeassistant.local' },
    port: { label: 'Port', help: 'Usually 1883, and 8883 with TLS.' },
    tls: { label: 'Encrypt with TLS' },
    username: { label: 'User name', help: 'Empty if the broker asks for none.' },
    password: { label: 'Password' },
    discovery: { label: 'Announce the cameras to Home Assistant', help: 'Each camera becomes a device there, with its state, its open incidents, the faces of its newest picture and the evidence.' },
    topic: { label: 'Topic', help: 'Every topic begins with it. Incidents are told on …/events.', example: 'maskwatch' },
    discovery_topic: { label: 'Discovery topic of Home Assistant', example: 'homeassistant' },
  },
};

export const channelTexts = {
  channels: {
    lead: 'Who is told when an incident opens or closes.',
    add: 'Add channel', addFirst: 'Add your first channel', chooseTitle: 'How do you want to be told?',
    addTitle: (kind) => `Add ${kind}`, editTitle: (name) => `Edit ${name}`, back: 'Other kinds',
    editNamed: (name) => `Edit ${name}`, deleteNamed: (name) => `Delete ${name}`, enabled: 'Send messages through this channel',
    kinds: {
      telegram: { name: 'Telegram', about: 'A message with its picture, from a bot' },
      email: { name: 'E-mail', about: 'With its picture, through your mail server' },
      slack: { name: 'Slack', about: 'Into a channel; pictures with a bot token' },
      teams: { name: 'Microsoft Teams', about: 'A card in a channel, by a workflow' },
      discord: { name: 'Discord', about: 'Into a channel, with its picture' },
      ntfy: { name: 'ntfy', about: 'Push messages to phones, with the picture' },
      gotify: { name: 'Gotify', about: 'Push messages from a server of your own' },
      mqtt: { name: 'MQTT', about: 'Events and live states, also for Home Assistant' },
      webhook: { name: 'Webhook', about: 'A signed message to a program of yours' },
    },
    fields,
    name: 'Name', namePlaceholder: 'Security desk', nameHelp: 'For you, to tell your channels apart.',
    keepSecret: 'Leave empty to keep the one that is stored', forgetSecret: (label) => `Forget the stored one: ${label}`,
    advanced: 'More settings', words: 'Words of the messages', language: 'Language of the messages',
    titleTemplate: 'Title', bodyTemplate: 'Text', templateHelp: 'Left empty, the usual words are sent.',
    gaps: 'These are filled in:', sections: '{{#link}}…{{/link}} stays only if there is a link; the same goes for the others.',
    preview: 'Show an example',
    emptyTitle: 'Nobody is told yet', emptyMessage: 'Add a channel, and Maskwatch tells you of every incident: by Telegram, e-mail, Slack and others.',
    saved: (name) => `${name} was saved.`, deleted: (name) => `${name} was deleted.`,
    deleteTitle: (name) => `Delete ${name}?`, deleteMessage: 'No more messages are sent to it, and what it knows of its service is forgotten.', deleteAction: 'Delete channel',
    secretTitle: 'Signing secret', secretMessage: 'Give this secret to the receiver. With it, it can check that a message really comes from Maskwatch.',
    test: 'Send a test', testDelivered: 'The test message was delivered.', testFailed: 'The test message was not delivered.',
    deliveries: 'Recent messages', noDeliveries: 'Nothing was sent yet.',
    when: 'When', event: 'Message', result: 'Result', attempts: 'Attempts',
    nextAttempt: (time) => `Next try: ${time}`, retry: 'Send again', retried: 'It is sent again.',
    told: 'Who was told', notTold: 'Nobody was told of this incident.', gone: 'a deleted channel',
    events: { 'incident.opened': 'Incident opened', 'incident.updated': 'Incident goes on', 'incident.closed': 'Incident closed', 'incident.summary': 'Summary', report: 'Report' },
  },

  deliveryStates: { pending: 'Waiting', delivered: 'Delivered', failed: 'Failed' },
};
