import Foundation

/// The `process_*` metrics that every Prometheus client library gives
/// (prometheus.io/docs/instrumenting/writing_clientlibs, "Process metrics"), read from `/proc` at each scrape.
package enum ProcessMetrics {
    package static func add(to registry: MetricsRegistry) {
        let cpu = registry.counter("process_cpu_seconds_total", help: "Processor time of user and system in seconds.")
        let memory = registry.gauge("process_resident_memory_bytes", help: "Resident memory in bytes.")
        let files = registry.gauge("process_open_fds", help: "Open file descriptors.")
        registry.gauge("process_start_time_seconds", help: "Start of the process in seconds since 1970.")
            .set(Date().timeIntervalSince1970)
        registry.beforeScrape {
            cpu.increment(by: max(0, processorSeconds() - cpu.total))
            memory.set(residentBytes())
            files.set(Double((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0))
        }
    }

    private static func processorSeconds() -> Double {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    /// The second number of `/proc/self/statm` is the resident set in pages (proc(5)).
    private static func residentBytes() -> Double {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }
}
