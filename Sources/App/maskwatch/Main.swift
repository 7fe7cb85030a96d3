import Application
import Foundation

@main
enum Main {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        exit(await CommandLineTool.run(arguments, environment: ProcessInfo.processInfo.environment))
    }
}
