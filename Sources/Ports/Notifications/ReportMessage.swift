package import Domain
package import Foundation
import Imaging

/// A report in words, with its charts.
package struct ReportMessage: Sendable {
    /// One figure, and what it was in the period before.
    package struct Row: Hashable, Sendable {
        package let name: String
        package let now: String
        package let before: String
    }

    package struct Chart: Hashable, Sendable {
        package let title: String
        /// Colours as `#rrggbb`, with what they stand for.
        package let legend: [Legend]
        package let png: Data
    }

    package struct Legend: Hashable, Sendable {
        package let color: String
        package let name: String
    }

    /// Stable over retries.
    package let id: NotificationID
    package let title: String
    /// The period, and what the two figures of a row are of.
    package let head: Row
    package let rows: [Row]
    package let gaps: String
    package let charts: [Chart]
    package let link: String?
    /// The words of the link.
    package let open: String
}

extension MessageComposer {
    /// - Parameter siteName: nil for all cameras.
    package func report(
        _ report: Report, _ notification: ChannelNotification, siteName: String?, channel: Channel
    ) throws -> ReportMessage {
        let texts = MessageTexts[channel.language]
        let words = texts.report
        let place = siteName ?? words.allCameras
        let span = texts.days(report.period)
        let name = report.period.frequency == .daily ? words.daily : words.weekly
        return ReportMessage(
            id: notification.id, title: "\(name): \(place), \(span)",
            head: .init(name: span, now: words.now, before: words.before), rows: rows(report, texts),
            gaps: report.gaps.isEmpty ? words.noGaps : "\(words.gaps): \(texts.times(report.gaps, report.period))",
            charts: try charts(report, words), link: publicURL.map { "\($0)/#/statistics" }, open: words.open)
    }

    private func rows(_ report: Report, _ texts: MessageTexts) -> [ReportMessage.Row] {
        let words = texts.report
        let (now, before) = (report.total, report.totalBefore)
        func row(_ name: String, _ value: (SightingCounts) -> String) -> ReportMessage.Row {
            ReportMessage.Row(name: name, now: value(now), before: value(before))
        }
        return [row(words.compliance) { $0.compliance.map(texts.percent) ?? "–" }]
            + MaskState.allCases.map { state in row(words.state(state)) { texts.number($0.count(of: state)) } }
            + [
                row(words.incidents) { texts.number($0.incidents) },
                row(words.planned) { texts.number($0.expected) }, row(words.received) { texts.number($0.pictures) },
            ]
    }

    private func charts(_ report: Report, _ words: MessageTexts.Report) throws -> [ReportMessage.Chart] {
        let chart = ReportChart(report: report)
        let gap = ReportMessage.Legend(color: ReportChart.gap.hexadecimal, name: words.gaps)
        return [
            ReportMessage.Chart(
                title: words.compliance,
                legend: [
                    .init(color: ReportChart.line.hexadecimal, name: words.now),
                    .init(color: ReportChart.before.hexadecimal, name: words.before), gap,
                ], png: try chart.compliance()),
            ReportMessage.Chart(
                title: words.sightings,
                legend: MaskState.allCases.map {
                    .init(color: EvidencePicture.color($0).hexadecimal, name: words.state($0))
                } + [gap], png: try chart.sightings()),
        ]
    }
}

extension MessageTexts {
    func number(_ number: Int) -> String { number.formatted(.number.locale(Locale(identifier: locale))) }

    func percent(_ share: Double) -> String {
        share.formatted(.percent.precision(.fractionLength(0...1)).locale(Locale(identifier: locale)))
    }

    /// The day, or the first and the last of the week.
    func days(_ period: ReportPeriod) -> String {
        var style = Date.FormatStyle(date: .complete, time: .omitted, timeZone: period.zone)
        if period.frequency == .weekly {
            style = Date.FormatStyle(date: .abbreviated, time: .omitted, timeZone: period.zone)
        }
        style = style.locale(Locale(identifier: locale))
        let first = period.start.formatted(style)
        return period.frequency == .daily ? first : "\(first) – \(period.end.addingTimeInterval(-1).formatted(style))"
    }

    /// At most ten.
    func times(_ ranges: [Range<Date>], _ period: ReportPeriod) -> String {
        var style = Date.FormatStyle(date: .omitted, time: .shortened, timeZone: period.zone)
        if period.frequency == .weekly {
            style = Date.FormatStyle(date: .abbreviated, time: .omitted, timeZone: period.zone)
        }
        style = style.locale(Locale(identifier: locale))
        let parts = ranges.prefix(10).map { range in
            let end = period.frequency == .daily ? range.upperBound : range.upperBound.addingTimeInterval(-1)
            let (from, to) = (range.lowerBound.formatted(style), end.formatted(style))
            return from == to ? from : "\(from)–\(to)"
        }
        return parts.joined(separator: ", ") + (ranges.count > 10 ? ", …" : "")
    }
}

extension Color {
    var hexadecimal: String {
        "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
