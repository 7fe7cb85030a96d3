import Domain
import Notifications

/// Mails as HTML. Styles inside, because mail programs read nothing else; colours that can be read on light and dark.
enum MailHTML {
    static func alert(_ alert: Alert, picture: String?) -> String {
        let lines = alert.text.body.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
        return page(
            heading(alert.text.title) + "<p>\(lines.joined(separator: "<br>"))</p>" + (picture.map(image) ?? "")
                + (alert.link.map { button($0, alert.text.openIncident) } ?? ""))
    }

    /// - Parameter pictures: identities of the charts' pictures.
    static func report(_ report: ReportMessage, pictures: [String]) -> String {
        let charts = zip(report.charts, pictures).map { chart, picture in
            let legend = chart.legend.map {
                "<span style=\"color:\($0.color);font-size:18px\">&#9632;</span> \(escaped($0.name))"
            }
            return "<h3 style=\"font-size:15px;margin-bottom:4px\">\(escaped(chart.title))</h3>" + image(picture)
                + "<p style=\"font-size:13px;margin-top:0\">\(legend.joined(separator: " &nbsp; "))</p>"
        }
        return page(
            heading(report.title) + table(report) + charts.joined() + "<p>\(escaped(report.gaps))</p>"
                + (report.link.map { button($0, report.open) } ?? ""))
    }

    private static func table(_ report: ReportMessage) -> String {
        let cell = "padding:4px 16px 4px 0;text-align:right"
        let rows = ([report.head] + report.rows).map { row in
            "<tr><td style=\"padding:4px 24px 4px 0\">\(escaped(row.name))</td>"
                + "<td style=\"\(cell)\"><b>\(escaped(row.now))</b></td>"
                + "<td style=\"\(cell)\">\(escaped(row.before))</td></tr>"
        }
        return "<table style=\"border-collapse:collapse;font-size:15px\">\(rows.joined())</table>"
    }

    private static func page(_ body: String) -> String {
        """
        <!DOCTYPE html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>
        <body style="font-family:sans-serif;line-height:1.5">
        \(body)
        </body></html>
        """
    }

    private static func heading(_ text: String) -> String { "<h2 style=\"font-size:18px\">\(escaped(text))</h2>" }

    private static func image(_ identity: String) -> String {
        "<p><img src=\"cid:\(identity)\" alt=\"\" style=\"max-width:100%;height:auto;border-radius:8px\" width=\"600\"></p>"
    }

    private static func button(_ link: String, _ words: String) -> String {
        let style =
            "display:inline-block;padding:10px 16px;border-radius:8px;background:#0b6471;color:#ffffff;text-decoration:none"
        return "<p><a href=\"\(escaped(link))\" style=\"\(style)\">\(escaped(words))</a></p>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
