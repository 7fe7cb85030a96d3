import Domain
import Foundation
import HTTPTypes
import Notifications

/// The words of messages: what a template may say, and what comes out.
struct ChannelTextRoutes: Sendable {
    let composer: MessageComposer

    private struct Texts: Encodable {
        struct Language: Encodable {
            let code: Channel.Language
            let name: String
            let titleTemplate: String
            let bodyTemplate: String
        }

        let languages: [Language]
        let variables: [String]
    }

    private struct Preview: Encodable {
        let title: String
        let body: String
    }

    func texts(_ request: WebRequest) async throws -> HTTPResponse {
        let languages = Channel.Language.allCases.map { code in
            let texts = MessageTexts[code]
            return Texts.Language(
                code: code, name: texts.language, titleTemplate: texts.title, bodyTemplate: texts.body)
        }
        return try .json(Texts(languages: languages, variables: MessageVariable.allCases.map(\.rawValue)))
    }

    /// What a message by these templates would say of an incident that has just closed, so that every gap is filled.
    func preview(_ request: WebRequest) async throws -> HTTPResponse {
        let input = try request.decode { MessageTemplatesInput(&$0) }
        let channel = Channel(
            name: "", kind: .webhook, settings: ChannelSettings(), language: input.language,
            titleTemplate: input.title, bodyTemplate: input.body)
        let text = composer.preview(for: channel, at: request.now)
        return try .json(Preview(title: text.title, body: text.body))
    }
}
