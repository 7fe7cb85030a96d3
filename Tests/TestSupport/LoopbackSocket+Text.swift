package import Foundation
import Glibc

/// For clients and servers that misbehave in text. Nothing throws: an end is an end, however it comes.
extension LoopbackSocket {
    /// False if the other side has gone.
    @discardableResult
    package func say(_ text: String) -> Bool { (try? write(Data(text.utf8))) != nil }

    /// What comes next; empty at the end.
    package func receive() -> Data { (try? read()) ?? Data() }

    /// Everything until the text appears or the other side closes.
    package func receive(until text: String) -> String {
        var all = Data()
        while all.range(of: Data(text.utf8)) == nil {
            let part = receive()
            if part.isEmpty { break }
            all.append(part)
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// Everything until the other side closes.
    package func receiveAll() -> String {
        var all = Data()
        while true {
            let part = receive()
            if part.isEmpty { return String(decoding: all, as: UTF8.self) }
            all.append(part)
        }
    }
}
