#if GUIDED
    import Foundation

    /// libFuzzer drives: `MASKWATCH_FUZZ_TARGET=pictures maskwatch-fuzz FOLDER [-runs=N ...]`. The folder holds what was found
    /// to reach new code; the target's seeds are put there first.
    enum GuidedFuzzing {
        private static let api = ModelAPI()
        private static let target =
            ProcessInfo.processInfo.environment["MASKWATCH_FUZZ_TARGET"].flatMap(FuzzTarget.init)

        static func run() throws {
            guard let target else {
                print("MASKWATCH_FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue))")
                exit(2)
            }
            if let folder = CommandLine.arguments.dropFirst().first(where: isFolder) {
                for (index, seed) in try Seeds().packed(for: target).enumerated() {
                    try seed.write(to: URL(filePath: folder).appending(path: "seed-\(index)"))
                }
            }
            var count = CommandLine.argc
            var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = unsafe CommandLine.unsafeArgv
            exit(unsafe libFuzzer(&count, &arguments, step))
        }

        private static func isFolder(_ path: String) -> Bool {
            (try? URL(filePath: path).resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true
        }

        private static let step: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
            let data = unsafe bytes.map { unsafe Data(bytes: $0, count: count) } ?? Data()
            let isDone = DispatchSemaphore(value: 0)
            Task.detached {
                await target?.run(data, api)
                isDone.signal()
            }
            isDone.wait()
            return 0
        }
    }

    /// libFuzzer's own loop (compiler-rt, FuzzerInterface.h).
    @_silgen_name("LLVMFuzzerRunDriver")
    private func libFuzzer(
        _ count: UnsafeMutablePointer<Int32>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ step: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
    ) -> Int32
#endif
