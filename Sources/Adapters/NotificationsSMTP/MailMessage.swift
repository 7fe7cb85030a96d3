import Foundation

/// What a mail says.
struct MailContent {
    let subject: String
    let text: String
    let html: String
    /// What the HTML shows by their identities.
    let pictures: [MailPicture]
    /// Without the angle brackets.
    let messageID: String
    /// The identity of the first mail of its thread; nil for the first.
    let threadID: String?
}

/// A picture inside a mail, which its HTML shows as `cid:identity`.
struct MailPicture {
    enum Kind: String {
        case jpeg, png
    }

    /// ASCII letters and digits.
    let name: String
    let kind: Kind
    let data: Data

    var identity: String { "\(name)@maskwatch" }
    var file: String { "\(name).\(kind == .jpeg ? "jpg" : "png")" }
}

/// A mail with a text, the same as HTML, and pictures inside it: RFC 5322 and MIME (RFC 2045 to 2047, 2387). Everything
/// that may hold other than ASCII is encoded, so that no value can begin a line of its own.
struct MailMessage {
    let sender: String
    let recipients: [String]
    let date: Date
    let content: MailContent

    func encoded() -> Data {
        let alternative = Part.multipart("alternative", [.text("plain", content.text), .text("html", content.html)])
        let pictures = content.pictures.map(Part.picture)
        let whole = pictures.isEmpty ? alternative : Part.multipart("related", [alternative] + pictures)
        return Data((header + whole.encoded).utf8)
    }

    private var header: String {
        var lines = [
            "From: Maskwatch <\(Self.safe(sender))>", "To: \(recipients.map(Self.safe).joined(separator: ",\r\n "))",
            "Subject: \(Self.encodedWords(content.subject))", "Date: \(Self.date(date))",
            "Message-ID: <\(Self.safe(content.messageID))>",
        ]
        if let threadID = content.threadID {
            lines += ["In-Reply-To: <\(Self.safe(threadID))>", "References: <\(Self.safe(threadID))>"]
        }
        // RFC 3834: no holiday answer to a machine.
        lines += ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All", "MIME-Version: 1.0"]
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    private indirect enum Part {
        case text(String, String)
        case picture(MailPicture)
        case multipart(String, [Part])

        var encoded: String {
            switch self {
            case .text(let kind, let words):
                "Content-Type: text/\(kind); charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                    + Self.base64(Data(words.replacing("\n", with: "\r\n").utf8))
            case .picture(let picture):
                "Content-Type: image/\(picture.kind); name=\"\(picture.file)\"\r\nContent-Transfer-Encoding: base64\r\n"
                    + "Content-ID: <\(picture.identity)>\r\n"
                    + "Content-Disposition: inline; filename=\"\(picture.file)\"\r\n\r\n" + Self.base64(picture.data)
            case .multipart(let kind, let parts): Self.multipart(kind, parts)
            }
        }

        private static func multipart(_ kind: String, _ parts: [Part]) -> String {
            let boundary = "maskwatch-\(UUID().uuidString)"
            let type = kind == "related" ? "; type=\"multipart/alternative\"" : ""
            let body = parts.map { "--\(boundary)\r\n\($0.encoded)\r\n" }.joined()
            return "Content-Type: multipart/\(kind); boundary=\"\(boundary)\"\(type)\r\n\r\n\(body)--\(boundary)--\r\n"
        }

        private static func base64(_ data: Data) -> String {
            data.base64EncodedString(options: [
                .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
            ])
        }
    }

    /// RFC 2047: words of at most 75 characters, none of them in the middle of a character.
    static func encodedWords(_ text: String) -> String {
        var words: [String] = []
        var word = ""
        for scalar in text.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F {
            let part = String(scalar)
            if word.utf8.count + part.utf8.count > 42 {
                words.append(word)
                word = ""
            }
            word += part
        }
        words.append(word)
        return words.map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// Addresses were checked when they were typed; here nothing that could end a line or an address passes.
    static func safe(_ address: String) -> String {
        String(
            String.UnicodeScalarView(
                address.unicodeScalars.filter { (0x21...0x7E).contains($0.value) && !"<>,".unicodeScalars.contains($0) }
            ))
    }

    private static func date(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return formatter.string(from: date)
    }
}
