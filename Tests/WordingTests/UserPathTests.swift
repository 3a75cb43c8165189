import Foundation
import Testing

@testable import Wording

@Suite struct UserPathTests {
    private let home = ProcessInfo.processInfo.environment["HOME"] ?? ""

    @Test func theTildeIsTheHomeFolder() {
        #expect(UserPath.expanded("~") == home)
        #expect(UserPath.expanded("~/data/x") == home + "/data/x")
        #expect(UserPath.expanded("~root/x") == "/root/x")
        for path in ["data/~", "./~/x", "/~", "", "~nobody-of-that-name/x"] {
            #expect(UserPath.expanded(path) == path)
        }
    }

    @Test func argumentsMayHoldAPathBehindTheirSign() {
        #expect(UserPath.argument("--data=~/x") == "--data=\(home)/x")
        #expect(UserPath.argument("~/x") == home + "/x")
        for text in ["--where=a = '~/x'", "SELECT '~/x'", "a=~/x", "-o~/x", "--"] {
            #expect(UserPath.argument(text) == text)
        }
    }
}
