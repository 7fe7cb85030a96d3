package import Domain
import Foundation

/// The words of one language: a file in `Texts`, which translators can change without knowing Swift.
package struct MessageTexts: Sendable, Decodable {
    /// Its own name for itself.
    package let language: String
    /// For the form of dates and numbers.
    let locale: String
    /// Templates for channels that have none of their own.
    package let title: String
    package let body: String
    let events: [String: String]
    let severities: [String: String]
    let units: [String: String]
    /// The words of the button that opens the incident.
    let openIncident: String
    let removedCamera: String
    /// Where an incident of no camera is.
    let system: String
    /// What a summary begins with; `#opened`, `#worse` and `#closed` stand for the numbers of messages held back.
    let heldBack: String
    let test: Test
    let report: Report

    struct Report: Sendable, Decodable {
        let daily: String
        let weekly: String
        let allCameras: String
        let compliance: String
        let sightings: String
        let states: [String: String]
        let incidents: String
        let planned: String
        let received: String
        let now: String
        let before: String
        let gaps: String
        let noGaps: String
        let open: String

        func state(_ state: MaskState) -> String { states[state.rawValue] ?? "" }
    }

    struct Test: Sendable, Decodable {
        let rule: String
        let camera: String
        let exampleRule: String
        let exampleCamera: String
    }

    package static subscript(language: Channel.Language) -> MessageTexts {
        guard let texts = all[language] else { preconditionFailure("every language has its file") }
        return texts
    }

    /// Read once; a file that is missing or wrong is a fault of the build, which a test finds.
    private static let all: [Channel.Language: MessageTexts] = Dictionary(
        uniqueKeysWithValues: Channel.Language.allCases.map { language in
            guard let file = Bundle.module.url(forResource: "Texts/\(language.rawValue)", withExtension: "json"),
                let data = try? Data(contentsOf: file), let texts = try? JSON.decode(MessageTexts.self, from: data)
            else { preconditionFailure("Texts/\(language.rawValue).json must lie beside the program and be whole") }
            return (language, texts)
        })

    func event(_ event: IncidentEvent?) -> String { events[event?.rawValue ?? "test"] ?? "" }

    func heldBack(_ held: HeldMessages) -> String {
        heldBack.replacing("#opened", with: String(held.opened)).replacing("#worse", with: String(held.updated))
            .replacing("#closed", with: String(held.closed))
    }

    func severity(_ severity: Rule.Severity) -> String { severities[severity.rawValue] ?? "" }

    func date(_ date: Date, in timeZone: TimeZone) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        var style = Date.FormatStyle(date: .abbreviated, time: .standard, calendar: calendar, timeZone: timeZone)
        style = style.timeZone(.specificName(.short))
        return date.formatted(style.locale(Locale(identifier: locale)))
    }

    /// `45 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`.
    func duration(_ seconds: TimeInterval) -> String {
        let total = max(0, Int(seconds.rounded()))
        let steps: [(size: Int, unit: String)] = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
        let first = steps.firstIndex { total >= $0.size } ?? steps.count - 1
        var rest = total
        let parts = steps[first..<min(first + 2, steps.count)].map { step in
            defer { rest %= step.size }
            return (rest / step.size, units[step.unit] ?? "")
        }
        return parts.enumerated().filter { $0.offset == 0 || $0.element.0 > 0 }
            .map { "\($0.element.0) \($0.element.1)" }.joined(separator: " ")
    }
}
