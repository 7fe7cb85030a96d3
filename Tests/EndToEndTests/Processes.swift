import Foundation

/// What every user of the machine can read of a process.
enum Processes {
    /// Command lines and environments of a process and of all below it.
    static func familyOf(_ root: Int32) -> String {
        var family: Set<Int32> = [root]
        let all = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
        for process in all.sorted() where family.contains(parent(of: process)) { family.insert(process) }
        return family.map { read("/proc/\($0)/cmdline") + read("/proc/\($0)/environ") }.joined(separator: "\n")
    }

    private static func parent(of process: Int32) -> Int32 {
        let fields = read("/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 1 ? Int32(fields[1]) ?? 0 : 0
    }

    private static func read(_ path: String) -> String {
        (try? String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)) ?? ""
    }
}
